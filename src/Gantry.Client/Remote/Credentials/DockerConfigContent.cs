using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Protocol.Naming;

namespace Gantry.Client.Remote.Credentials;

/// <summary>One parsed <c>config.json</c>. Everything in it that is not ours survives a change, in its order.</summary>
internal sealed class DockerConfigContent
{
    private const string DockerHubKey = "https://index.docker.io/v1/";

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly JsonObject _root;

    private DockerConfigContent(string path, JsonObject root)
    {
        _path = path;
        _root = root;
    }

    /// <exception cref="FormatException">The bytes are not such a file; the message names the path and the place, never a value.</exception>
    public static DockerConfigContent Parse(string path, ReadOnlyMemory<byte> json)
    {
        if (json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
            return new DockerConfigContent(path, []);
        // The reader's own message stays out, also as an inner exception: it quotes the file, and the file holds passwords.
        if (!TryParse(json.Span, out var node, out var line))
            throw new FormatException($"{path}: not valid JSON (line {line + 1})");
        if (node is not JsonObject root)
            throw new FormatException($"{path}: not a JSON object");
        var content = new DockerConfigContent(path, root);
        content.Section("auths");
        content.Section("credHelpers");
        content.Text(root, "credsStore", "credsStore");
        return content;
    }

    /// <summary>The name under which docker keeps a registry's credential.</summary>
    public static string KeyOf(RegistryName registry) => HostOf(registry.ToString()) is "index.docker.io" ? DockerHubKey : registry.ToString();

    /// <summary>Helpers that may know the registry, the one to ask first at the front.</summary>
    public IReadOnlyList<string> Helpers(RegistryName registry)
    {
        List<string> helpers = [];
        if (Section("credHelpers") is { } byHost && MatchingKeys(byHost, registry) is [var key, ..] && Text(byHost, key, $"credHelpers[{key}]") is { Length: > 0 } own)
            helpers.Add(own);
        if (Text(_root, "credsStore", "credsStore") is { Length: > 0 } store && !helpers.Contains(store))
            helpers.Add(store);
        return helpers;
    }

    public bool Has(RegistryName registry) => Section("auths") is { } auths && MatchingKeys(auths, registry).Count > 0;

    /// <summary>The file's own entry; null where it has none, or one without content, as docker writes beside a helper.</summary>
    public Credential? Find(RegistryName registry)
    {
        if (Section("auths") is not { } auths)
            return null;
        foreach (var key in MatchingKeys(auths, registry))
        {
            if (Entry(auths, key) is { } entry && ReadEntry(entry, key) is { IsEmpty: false } credential)
                return credential;
        }
        return null;
    }

    public void Store(RegistryName registry, Credential credential)
    {
        if (credential.Username.Contains(':', StringComparison.Ordinal))
            throw new FormatException("a user name cannot hold a colon");
        var auths = Section("auths");
        if (auths is null)
            _root["auths"] = auths = [];
        var key = KeyOf(registry);
        // What others wrote under another spelling would be found again after this one is erased.
        foreach (var other in MatchingKeys(auths, registry).Where(other => other != key).ToList())
            auths.Remove(other);
        if (Entry(auths, key) is not { } entry)
            auths[key] = entry = [];
        Set(entry, "auth", credential.Username.Length + credential.Password.Length == 0
            ? ""
            : Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.Username}:{credential.Password}")));
        Set(entry, "identitytoken", credential.RefreshToken);
        Set(entry, "registrytoken", credential.AccessToken);
        entry.Remove("username");
        entry.Remove("password");
    }

    public void Erase(RegistryName registry)
    {
        if (Section("auths") is not { } auths)
            return;
        foreach (var key in MatchingKeys(auths, registry))
            auths.Remove(key);
    }

    /// <summary>Indented with tabs, as docker writes it.</summary>
    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>();
        var options = new JsonWriterOptions
        {
            Indented = true, IndentCharacter = '\t', IndentSize = 1, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using (var writer = new Utf8JsonWriter(output, options))
            _root.WriteTo(writer);
        return output.WrittenSpan.ToArray();
    }

    private static bool TryParse(ReadOnlySpan<byte> json, out JsonNode? node, out long line)
    {
        (node, line) = (null, 0);
        var options = new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 };
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = options.MaxDepth });
        try
        {
            // A node decodes its text only when it is asked for: what is no Unicode is found here, not later.
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    reader.GetString();
            }
            node = JsonNode.Parse(json, documentOptions: options);
            return true;
        }
        catch (JsonException e)
        {
            line = e.LineNumber ?? 0;
            return false;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private Credential ReadEntry(JsonObject entry, string key)
    {
        var username = Text(entry, "username", $"auths[{key}].username") ?? "";
        var password = Text(entry, "password", $"auths[{key}].password") ?? "";
        if (Text(entry, "auth", $"auths[{key}].auth") is { Length: > 0 } auth)
        {
            if (DecodeAuth(auth) is not { } pair)
                throw new FormatException($"{_path}: auths[{key}].auth is not base64 of user:password");
            (username, password) = pair;
        }
        return new Credential
        {
            Username = username,
            Password = password,
            RefreshToken = Text(entry, "identitytoken", $"auths[{key}].identitytoken") ?? "",
            AccessToken = Text(entry, "registrytoken", $"auths[{key}].registrytoken") ?? "",
        };
    }

    private static (string Username, string Password)? DecodeAuth(string auth)
    {
        var bytes = new byte[auth.Length];
        if (!Convert.TryFromBase64String(auth, bytes, out var length))
            return null;
        try
        {
            var text = StrictUtf8.GetString(bytes, 0, length);
            var colon = text.IndexOf(':', StringComparison.Ordinal);
            // Old docker padded passwords with NUL.
            return colon < 0 ? null : (text[..colon], text[(colon + 1)..].Trim('\0'));
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Keys that mean the registry: its own name first, then the older spellings with scheme and path.</summary>
    private static IReadOnlyList<string> MatchingKeys(JsonObject section, RegistryName registry)
    {
        var exact = KeyOf(registry);
        var host = HostOf(exact);
        return [.. section.Select(member => member.Key).Where(key => key == exact || HostOf(key) == host).OrderBy(key => key == exact ? 0 : 1)];
    }

    /// <summary>The host of a key; the key itself where its path makes it another thing than a registry, as podman's <c>host/namespace</c> does.</summary>
    private static string HostOf(string key)
    {
        var rest = key;
        var hasScheme = false;
        foreach (var scheme in (ReadOnlySpan<string>)["https://", "http://"])
        {
            if (rest.StartsWith(scheme, StringComparison.Ordinal))
            {
                rest = rest[scheme.Length..];
                hasScheme = true;
            }
        }
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        if (slash >= 0)
        {
            if (!hasScheme && rest[slash..] is not ("/" or "/v1" or "/v1/" or "/v2" or "/v2/"))
                return key;
            rest = rest[..slash];
        }
        return rest is "docker.io" or "registry-1.docker.io" ? "index.docker.io" : rest;
    }

    private static void Set(JsonObject entry, string name, string value)
    {
        if (value.Length > 0)
            entry[name] = JsonValue.Create(value);
        else
            entry.Remove(name);
    }

    private JsonObject? Section(string name) => _root[name] switch
    {
        null => null,
        JsonObject section => section,
        _ => throw new FormatException($"{_path}: {name} is not an object"),
    };

    private JsonObject? Entry(JsonObject auths, string key) => auths[key] switch
    {
        null => null,
        JsonObject entry => entry,
        _ => throw new FormatException($"{_path}: auths[{key}] is not an object"),
    };

    private string? Text(JsonObject parent, string name, string place) => parent[name] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw new FormatException($"{_path}: {place} is not a string"),
    };
}
