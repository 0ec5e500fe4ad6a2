using System.Text;

namespace Gantry.Cli;

/// <summary>Types a secret into the terminal unseen.</summary>
internal static class SecretInput
{
    public static string? Read()
    {
        var secret = new StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.Error.WriteLine();
                    return secret.ToString();
                case ConsoleKey.Backspace:
                    if (secret.Length > 0)
                        secret.Length--;
                    break;
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && secret.Length == 0:
                    return null;
                default:
                    if (key.KeyChar != '\0')
                        secret.Append(key.KeyChar);
                    break;
            }
        }
    }
}
