using Gantry.Server.Access;

namespace Gantry.Server.Tests.Access;

public sealed class PrincipalSecretsTests
{
    [Fact]
    public void A_secret_is_letters_and_digits_so_that_no_command_line_takes_it_for_a_flag()
    {
        var secrets = Enumerable.Range(0, 2000).Select(_ => PrincipalSecrets.Generate()).ToList();
        Assert.All(secrets, secret => Assert.True(secret.Length == 43 && secret.All(char.IsAsciiLetterOrDigit), secret));
        Assert.Equal(secrets.Count, secrets.Distinct().Count());
    }
}
