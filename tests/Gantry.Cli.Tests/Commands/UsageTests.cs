namespace Gantry.Cli.Tests.Commands;

/// <summary>Mistakes on the command line, in the words of oras 1.3.3 where it has words for them. Only the exit code differs: ours is 2.</summary>
public sealed class UsageTests
{
    private const string PushUsage = "Usage: oras push [flags] <name>[:<tag>[,<tag>][...]] <file>[:<type>] [...]\n";

    private const string ResolveUsage = "Usage: oras resolve [flags] <name>{:<tag>|@<digest>}";

    public static TheoryData<string, string> Recorded => new()
    {
        { "push", "\"oras push\" requires at least 1 argument but got 0\n" + PushUsage + "Please specify at least 1 argument as the destination for pushing. Run \"oras push -h\" for more options and examples" },
        { "pull", "\"oras pull\" requires exactly 1 argument but got 0\nUsage: oras pull [flags] <name>{:<tag>|@<digest>}\nPlease specify exactly 1 argument as the artifact reference you want to pull. Run \"oras pull -h\" for more options and examples" },
        { "tag", "\"oras tag\" requires at least 1 argument but got 0\nUsage: oras tag [flags] <name>{:<tag>|@<digest>} <new_tag> [...]\nPlease specify at least 1 argument as the artifact to be retagged and the tags to be added. Run \"oras tag -h\" for more options and examples" },
        { "resolve", "\"oras resolve\" requires exactly 1 argument but got 0\nUsage: oras resolve [flags] <name>{:<tag>|@<digest>}\nPlease specify exactly 1 argument as the target artifact reference to resolve. Run \"oras resolve -h\" for more options and examples" },
        { "manifest fetch", "\"oras manifest fetch\" requires exactly 1 argument but got 0\nUsage: oras manifest fetch [flags] <name>{:<tag>|@<digest>}\nPlease specify exactly 1 argument as the manifest to fetch. Run \"oras manifest fetch -h\" for more options and examples" },
        { "blob fetch", "\"oras blob fetch\" requires exactly 1 argument but got 0\nUsage: oras blob fetch [flags] {--output <file> | --descriptor} <name>@<digest>\nPlease specify exactly 1 argument as the target blob to fetch. Run \"oras blob fetch -h\" for more options and examples" },
        { "repo tags", "\"oras repo tags\" requires exactly 1 argument but got 0\nUsage: oras repo tags [flags] <name>\nPlease specify exactly 1 argument as the target repository to list tags from. Run \"oras repo tags -h\" for more options and examples" },
        { "login a b", "\"oras login\" requires exactly 1 argument but got 2\nUsage: oras login [flags] <registry>\nPlease specify exactly 1 argument as the registry to log in to. Run \"oras login -h\" for more options and examples" },
        { "logout", "\"oras logout\" requires exactly 1 argument but got 0\nUsage: oras logout [flags] <registry>\nPlease specify exactly 1 argument as the registry you want to log out. Run \"oras logout -h\" for more options and examples" },
        { "push --nope", "unknown flag: --nope\n" + PushUsage.TrimEnd() },
        { "resolve h/a:b -z", "unknown shorthand flag: 'z' in -z\n" + ResolveUsage },
        { "resolve h/a:b -lz", "unknown shorthand flag: 'z' in -z\n" + ResolveUsage },
        { "resolve h/a:b --username", "flag needs an argument: --username" },
        { "resolve h/a:b -u", "flag needs an argument: 'u' in -u" },
        { "push x", "\"x\": invalid reference: missing registry or repository\nPlease make sure the provided reference is in the form of <registry>/<repo>[:tag|@digest]" },
        { "resolve h/a", "\"h/a\": no tag or digest specified\nUsage: oras resolve [flags] <name>{:<tag>|@<digest>}\nPlease specify a reference in the form of \"<name>:<tag>\" or \"<name>@<digest>\". Run \"oras resolve -h\" for more options and examples" },
        { "push --oci-layout l:v :a/b", "found empty file path in \":a/b\"" },
        { "push --oci-layout l:v /etc/hostname", "absolute file path detected. If it's intentional, use --disable-path-validation flag to skip this check: /etc/hostname" },
        { "push --oci-layout l:v -a bad artifact.txt", "annotation value doesn't match the required format\nPlease use the correct format in the flag: --annotation \"key=value\"" },
        { "push --oci-layout l:v --annotation-file f -a a=b", "`--annotation` and `--annotation-file` cannot be both specified" },
        { "push --oci-layout l:v --config artifact.txt --artifact-platform linux/amd64 artifact.txt", "--config, --artifact-platform cannot be used at the same time" },
        { "push --oci-layout l:v --oci-layout-path q artifact.txt", "--oci-layout-path, --oci-layout cannot be used at the same time" },
        { "push --oci-layout l:v --image-spec v2 artifact.txt", "invalid argument \"v2\" for \"--image-spec\" flag: unknown image specification flag: v2\nAvailable options: v1.1, v1.0" },
        { "push --oci-layout l:v --image-spec v1.1 --config artifact.txt artifact.txt", "missing artifact type for OCI image-spec v1.1 artifacts\nset an artifact type via `--artifact-type` or consider image spec v1.0" },
        { "push --oci-layout l:v --image-spec v1.0 --config artifact.txt --artifact-type a/b artifact.txt", "--artifact-type and --config cannot both be provided for 1.0 OCI image" },
        { "push --oci-layout l:v --image-spec v1.0 --artifact-platform linux/amd64 --artifact-type a/b artifact.txt", "artifact type cannot be customized for OCI image-spec v1.0 when platform is specified\nconsider using image spec v1.1 or remove --artifact-type" },
        { "push --oci-layout l:v --artifact-type ab artifact.txt", "invalid artifactType format: ab: invalid media type" },
        { "resolve -u a -p x --password-stdin h/a:b", "--password, --password-stdin cannot be used at the same time" },
        { "resolve -u a --identity-token x h/a:b", "--username, --identity-token cannot be used at the same time" },
        { "resolve -p a --identity-token x h/a:b", "--password, --identity-token cannot be used at the same time" },
        { "resolve --identity-token-stdin --identity-token x h/a:b", "--identity-token, --identity-token-stdin cannot be used at the same time" },
        { "resolve --identity-token-stdin --password-stdin h/a:b", "--identity-token-stdin, --password-stdin cannot be used at the same time" },
        { "resolve --cert-file x h/a:b", "--cert-file must be used in conjunction with --key-file" },
        { "resolve --key-file x h/a:b", "--key-file must be used in conjunction with --cert-file" },
        { "resolve --resolve x h/a:b", "failed to parse resolve flag \"x\": expecting host:port:address[:address_port]" },
        { "resolve -H a:b --oci-layout l:v", "custom header flags cannot be used on an OCI image layout target" },
        { "manifest fetch --oci-layout l:v --descriptor --format json", "--format, --descriptor cannot be used at the same time" },
        { "manifest fetch --oci-layout l:v --output - --descriptor", "`--descriptor` cannot be used with `--output -` at the same time" },
        { "manifest fetch-config --oci-layout l:v --output - --descriptor", "`--output -` cannot be used with `--descriptor` at the same time" },
        { "blob fetch --oci-layout l@sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "either `--output` or `--descriptor` must be provided" },
        { "blob fetch -o - --descriptor h/a@sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "`--output -` cannot be used with `--descriptor` at the same time" },
        { "pull --oci-layout l:v --template x", "--template must be used with --format go-template" },
    };

    /// <summary>Where our words are other than those of oras, or oras has none.</summary>
    public static TheoryData<string, string> Ours => new()
    {
        { "pull --oci-layout l:v --format go-template={{.digest}}", "go-template output is not available yet\nUse `--format json` and a JSON processor such as jq" },
        { "pull --oci-layout l:v --format nope", "invalid format type: \"nope\"\nsupported types: text, json" },
        { "manifest fetch --oci-layout l:v --output - --format json", "`--output -` cannot be used with `--format` at the same time" },
        { "pull --oci-layout l:v --concurrency x", "invalid argument \"x\" for \"--concurrency\" flag: a whole number from 1 on is expected" },
        { "pull --oci-layout l:v --concurrency 0", "invalid argument \"0\" for \"--concurrency\" flag: a whole number from 1 on is expected" },
        { "pull --oci-layout l:v --no-tty=maybe", "invalid argument \"maybe\" for \"--no-tty\" flag: expecting true or false" },
        { "push --oci-layout l:v -a a=b -a a=c", "duplicate annotation key: a" },
        { "push --oci-layout l:v --config a --manifest-config b", "--config, --manifest-config cannot be used at the same time" },
        { "push --oci-layout l:v --manifest-config /dev/null:a/b --artifact-type c/d", "--artifact-type and --config cannot both be provided for 1.0 OCI image" },
        { "push h/a:b -H secret artifact.txt", "invalid header: expecting \"Name: value\"" },
        { "tag --oci-layout l:v", "the new tags are missing\nUsage: oras tag [flags] <name>{:<tag>|@<digest>} <new_tag> [...]" },
        { "blob fetch h/a:b -o -", "\"h/a:b\": a blob is named by its digest\nPlease specify it in the form of \"<name>@<digest>\"" },
        { "resolve h/A:b", "\"h/A:b\": invalid reference: invalid repository \"A\"\nPlease make sure the provided reference is in the form of <registry>/<repo>[:tag|@digest]" },
        { "resolve h/a:b --usernme x", "unknown flag: --usernme\n" + ResolveUsage + "\nDid you mean --username?" },
        { "manifest fecth h/a:b", "unknown command \"fecth\" for \"oras manifest\"\nDid you mean \"fetch\"?" },
        { "pull --oci-layout l:v -o artifact.txt", "\"artifact.txt\" is not a folder\n--output names the folder that files are pulled into" },
        { "login http://localhost:5000/", "\"http://localhost:5000/\": a registry is host or host:port\nLeave out http://: localhost:5000" },
        { "push https://h/a:b artifact.txt", "\"https://h/a:b\": a registry is host or host:port\nLeave out https://: h/a:b" },
        { "login h/x", "invalid registry \"h/x\": a registry is host or host:port" },
    };

    [Theory]
    [MemberData(nameof(Recorded))]
    [MemberData(nameof(Ours))]
    public async Task A_mistake_is_a_usage_error_that_says_what_to_do(string command, string expected)
    {
        using var line = new CommandLine();
        var result = await line.RunAsync(command.Split(' '));
        Assert.Equal($"Error: {expected}\n", result.Error);
        Assert.Equal(ExitCode.Usage, result.Exit);
        Assert.Equal("", result.Output);
        Assert.False(Directory.Exists(Path.Join(line.Folder, "l")), "a mistake must not make a layout");
    }
}
