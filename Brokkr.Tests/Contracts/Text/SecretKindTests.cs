using System.Text;
using System.Text.Json;
using Brokkr.Contracts.Text;

namespace Brokkr.Tests.Contracts.Text;

/// <summary>Kinds of places where secrets stand, each in many variants: as they are, in a JSON log, and in one within another.</summary>
public sealed class SecretKindTests
{
    private static readonly string[] Values_before_their_names =
    [
        "{\"value\":\"{0}\",\"name\":\"DB_PASSWORD\"}", "{\"Value\": \"{0}\", \"Name\": \"API_TOKEN\"}", "- value: {0}\n  name: DB_PASSWORD",
        "- value: \"{0}\"\n  name: DB_PASSWORD", "- value: '{0}'\n  name: db-password", "<add value=\"{0}\" key=\"DbPassword\"/>",
        "<input value=\"{0}\" type=\"hidden\" name=\"csrf_token\">", "<input type=\"hidden\" value=\"{0}\" id=\"password\"/>",
        "{\\\"value\\\":\\\"{0}\\\",\\\"name\\\":\\\"DB_PASSWORD\\\"}", "{\"log\":\"{\\\"value\\\":\\\"{0}\\\",\\\"name\\\":\\\"DB_PASSWORD\\\"}\"}",
        "{\n  \"value\": \"{0}\",\n  \"name\": \"DB_PASSWORD\"\n}", "{ value = \"{0}\", name = \"DB_PASSWORD\" }",
        "{Value:{0} Name:DB_PASSWORD ValueFrom:nil}", "EnvVar{Value:\"{0}\", Name:\"DB_PASSWORD\"}", "{'value': '{0}', 'name': 'DB_PASSWORD'}",
        "value={0} name=db_password", "VALUE={0} NAME=DB_PASSWORD", "{\"value\":\"{0}\",\"type\":\"PLAINTEXT\",\"name\":\"DB_PASSWORD\"}",
        "{\"name\":\"DB_PASSWORD\",\"type\":\"PLAINTEXT\",\"value\":\"{0}\"}",
        "{\"Key\":\"db_password\",\"Type\":\"SecureString\",\"Value\":\"{0}\"}", "<value>{0}</value><name>DB_PASSWORD</name>",
        "<property><value>{0}</value>\n<name>db.password</name></property>", "{\"value\":\"{0}\",\"key\":\"password\"}",
        "{:value=>\"{0}\", :name=>\"DB_PASSWORD\"}", "{\"value\":\"Bearer {0}{1}\",\"name\":\"Authorization\"}",
        "- value: |\n    {0}\n  name: DB_PASSWORD", "[{\"name\":\"A\",\"value\":\"b\"},{\"value\":\"{0}\",\"name\":\"DB_PASSWORD\"}]",
        "- name: A\n  value: b\n- value: {0}\n  name: TOKEN_SECRET", " - value: {0}\n   description: of the shop\n   name: DB_PASSWORD",
        "{\"parameterValue\":\"{0}\",\"parameterKey\":\"DBPassword\"}", "{\"ParameterKey\":\"DBPassword\",\"ParameterValue\":\"{0}\"}",
        "{\"val\":\"{0}\",\"var\":\"DB_PASSWORD\"}",
    ];

    private static readonly string[] Lists_and_sequences =
    [
        "password:\n  - {0}", "passwords:\n- {0}\n- {1}", "  passwords:\n  - \"{0}\"\n  - '{1}'", "\"passwords\":[\"{0}\",\"{1}\"]",
        "\"tokens\":[\"{0}{0}\",\"{1}{1}\"]", "{\"log\":\"{\\\"passwords\\\":[\\\"{0}\\\",\\\"{1}\\\"]}\"}", "passwords: [{0}, {1}]",
        "passwords=[{0} {1}]", "Passwords:[{0} {1}]", "Passwords:[]string{\"{0}\", \"{1}\"}", "passwords = List.of(\"{0}\", \"{1}\")",
        "passwords=(\"{0}\", \"{1}\")", "passwords = {\"{0}\", \"{1}\"}", "passwords = array(\"{0}\",\"{1}\")", "passwords => [\"{0}\", \"{1}\"]",
        "passwords = %w[{0} {1}]", "\"passwords\": [\n  \"{0}\",\n  \"{1}\"\n]", "secrets:\n  - {0}\n  - {1}", "apiKeys:\n  - {0}\n  - {1}",
        "credentials:\n  - {0}", "\"password\":[\"{0}\"]", "\"password\": [ \"{0}\", \"{1}\" ]", "token:\n- {0}", "PASSWORDS:\n- {0}",
        "passwords: [\"{0}\"]", "\"password\":[\"{0}\",null]", "'passwords': [b'{0}', b'{1}']", "passwords:\n  # of old\n  - {0}",
        "auth:\n  passwords:\n  - {0} # first\n  - {1}", "passwords:\n  - \"{0}\"\n\n  - {1}", "'passwords': ('{0}', '{1}')",
        "passwords={'{0}', '{1}'}", "\"secrets\":[\"{0}\"]", "passphrases:\n- {0}", "db_passwords={0},{1}", "passwords: {0}, {1}", "passwords: {0}",
    ];

    private static readonly string[] Quoted_values_over_two_lines =
    [
        "password: \"{0}\n  {1}\"", "password: '{0}\n  {1}'", "  token: \"{0}{0}\n    {1}\"\n  z: 1",
        "db:\n  password: \"{0}\n    {1}\"  # x\n  a: 1", "- name: DB_PASSWORD\n  value: \"{0}\n    {1}\"", "\"password\": \"{0}\n   {1}\",",
        "password: \"{0}\\\n  {1}\"", "password: \"{0}\n\n  {1}\"", "PASSWORD: \"{0}\n  {1}\"",
    ];

    private static readonly string[] Names_with_unseen_characters_in_them =
    [
        "p\u200bassword={0}", "pass\u00adword={0}", "pass\u200bword: {0}", "\"pass\u200cword\":\"{0}\"", "api_\u2060key={0}{0}", "to\ufeffken={0}{0}",
        "p\u200ba\u200bs\u200bs\u200bw\u200bo\u200br\u200bd={0}", "{\"log\":\"pass\\u200bword={0}\"}", "{\"pass\\u00adword\":\"{0}\"}",
        "{\\\"pass\\\\u200dword\\\":\\\"{0}\\\"}", "pass&shy;word={0}", "pass&#8203;word: {0}", "?pass%E2%80%8Bword={0}&x=1", "pass%C2%ADword={0}",
        "sec\u2060ret: {0}", "PASS\u200bWORD={0}", "\u200bpassword\u200b=\u200b{0}", "\u200bpw={0}", "p\u00adw={0}", "pass\U000e0020word={0}",
        "pass\u202eword={0}", "pass\u034fword={0}", "pass\u0000word={0}", "pass\u0008word={0}", "--pass\u200bword {0}", "x-api\u200b-key: {0}{0}",
        "Author\u200bization: Bearer {0}{0}", "pass\u180eword={0}", "{\\\"pass\\\\\\\\u200dword\\\":\\\"{0}\\\"}",
    ];

    private static readonly string[] Values_in_brackets =
    [
        "password=({0})", "password=<{0}>", "password: ({0})", "password: <{0}>", "token=({0}{0})", "token: <{0}{0}>", "secret=[{0}]", "secret={{0}}",
        "PASSWORD=({0})", "{\"log\":\"password=({0})\"}", "\\\"password=<{0}>\\\"", "#Password<{0}>", "Password:(*string)(0xc00012)\"{0}\"",
        "Password: (string) (len=9) \"{0}\"", "Password: (string) \"{0}\"", "withPassword({0})", "setPassword({0})", "password => ({0})",
        "db.password = <{0}>", "password: [{0}]", "password: {{0}}", "pwd=({0}) host=x", "(password: <{0}>)", "set_password({0})", "usePassword({0})",
    ];

    private static readonly string[] Arguments_of_programs =
    [
        "mysql -p{0}", "mysql -u root -p{0} shop", "/usr/local/mysql/bin/mysql -u root -p{0} shop", "[\"mysql\",\"-u\",\"root\",\"-p{0}\"]",
        "[\"sshpass\",\"-p\",\"{0}\",\"ssh\",\"h\"]", "[\"curl\",\"-u\",\"bob:{0}\"]", "{\"log\":\"curl -u bob:{0} https://x\"}",
        "{\"cmd\":\"[\\\"redis-cli\\\",\\\"-a\\\",\\\"{0}\\\"]\"}", "command: [\"redis-cli\", \"-a\", \"{0}\"]", "args:\n- sshpass\n- -p\n- {0}",
        "['mysql', '-p{0}']", "execve(\"/usr/bin/mysql\", [\"mysql\", \"-p{0}\"], 0x7ff)", "curl -u \"bob:{0}\" https://x", "curl --user bob:{0} x",
        "curl -sSu bob:{0} x", "curl -su bob:{0} x", "sshpass -p{0} ssh h", "sshpass -p '{0}' ssh h", "sshpass -p \"{0}\" ssh h",
        "redis-cli -h r -a {0} ping", "redis-cli -a \"{0}\"", "PGPASSWORD={0} psql", "PGPASSWORD=\"{0}\" psql", "export PGPASSWORD='{0}'",
        "MYSQL_PWD={0} mysql", "docker login -u a -p {0} r.x", "docker login -u=a -p={0} r.x", "docker login --username a --password \"{0}\"",
        "psql postgresql://u:{0}@h/db", "psql \"postgresql://u:{0}@h/db\"", "psql \"host=h password={0}\"", "PSQL postgresql://u:{0}@h",
        "vault login {0}hvs", "vault login -method=userpass username=a password={0}", "net use z: \\\\h\\s /user:bob {0}",
        "net use \\\\h\\s {0} /user:bob", "net user bob {0} /add", "htpasswd -bc file bob {0}", "htpasswd -nb bob {0}", "htpasswd -Bbn bob {0}",
        "rabbitmqctl add_user bob {0}", "rabbitmqctl change_password bob {0}", "mc alias set s3 http://h admin {0}",
        "mc config host add s3 http://h admin {0}", "cargo login {0}", "echo {0} | docker login --password-stdin", "echo \"{0}\" | sudo -S ls",
        "echo '{0}' | passwd --stdin bob", "echo \"bob:{0}\" | chpasswd", "echo -n {0} | docker login -u a --password-stdin",
        "printf %s {0} | docker login -u a --password-stdin", "docker login --password-stdin <<< {0}",
        "docker login -u a --password-stdin <<< \"{0}\"", "sudo -S <<< '{0}' ls", "AUTH {0}", "\"AUTH\" \"{0}\"", "AUTH default {0}",
        "a1 LOGIN bob {0}", "AUTH PLAIN {0}{0}", "C: PASS {0}", "> PASS {0}", "user default on >{0} ~* +@all", "ACL SETUSER bob on >{0} ~* +@all",
        "enable secret 5 {0}", "username bob secret 9 {0}", "ipmitool -I lanplus -H h -U admin -P {0} power status", "rdesktop -u a -p {0} h",
        "xfreerdp /u:a /p:{0} /v:h", "ab -A bob:{0} http://x/", "tsql -S h -U sa -P {0}", "mongoimport -u a -p {0} f", "mongoexport -p {0}",
        "mysqlimport -u a -p{0} x", "mysqladmin -u root -p{0} ping", "mariadb-dump -p{0} x", "redis-benchmark -a {0}", "valkey-cli -a {0}",
        "twine upload -u a -p {0} dist/*", "poetry publish -u a -p {0}", "crane auth login r -u a -p {0}", "oras login -u a -p {0} r",
        "helm registry login r -u a -p {0}", "cypher-shell -u neo4j -p {0}", "neo4j-admin set-initial-password {0}",
        "neo4j-admin dbms set-initial-password {0}", "grafana-cli admin reset-admin-password {0}", "mosquitto_passwd -b f bob {0}",
        "mosquitto_pub -u a -P {0} -t x", "wpa_passphrase SSID {0}", "nmcli dev wifi connect SSID password {0}", "bw unlock {0}",
        "bw login a@b.c {0}", "sqlplus scott/{0}@db", "sqlplus -s scott/{0}", "expdp scott/{0} full=y", "smbclient //h/s -U bob%{0}",
        "smbclient //h/s {0} -U bob", "rpcclient -U bob%{0} h", "wbinfo -a bob%{0}", "winexe -U bob%{0} //h cmd", "plink -pw {0} h",
        "pscp -pw {0} f h:", "psexec \\\\h -u a -p {0} cmd", "ssh-keygen -t rsa -N {0} -f k", "ssh-keygen -p -P {0} -N {1}",
        "jenkins-cli.jar -auth bob:{0} x", "java -jar jenkins-cli.jar -s http://x -auth bob:{0} x", "curl -E cert.pem:{0} https://x",
        "curl --cert cert.pem:{0} https://x", "openssl enc -aes-256-cbc -k {0}", "openssl pkcs12 -passout pass:{0}",
        "kubectl create secret generic x --from-literal=password={0}", "kubectl create secret docker-registry x --docker-password={0}",
        "kubectl config set-credentials a --password={0}", "influx -username a -password {0}", "snmpwalk -v3 -A {0} h",
        "ldapsearch -x -D cn=a -w {0}", "ldapsearch -w{0} x", "zip -P {0} a.zip b", "zip -P{0} a.zip b", "7z x -p{0} a.7z",
        "gpg --batch --passphrase {0} -d f", "CURL -U bob:{0} https://x", "lftp -u bob,{0} h", "ftp://bob:{0}@h/", "vault operator unseal {0}{0}{0}",
        "rclone obscure {0}", "npm config set //r.x/:_authToken {0}{0}", "yarn config set npmAuthToken {0}{0}", "gitlab-runner register -r {0}{0}",
        "doctl auth init -t {0}{0}", "useradd -p {0} bob", "p4 -P {0} sync", "sqlcmd -S h -U sa -P {0}", "sqlcmd -S h -U sa -P\"{0}\"",
        "mysql --password {0}", "mysql --user=root --password=\"{0}\"", "\"args\":[\"--password\",\"{0}\"]", "\"args\":[\"--password={0}\"]",
        "args:\n- --password\n- {0}", "args:\n  - \"--token\"\n  - \"{0}{0}\"", "--password {0}", "--PASSWORD {0}", "-password {0}", "/password:{0}",
        "/password {0}", "--db.password {0}", "--from-literal=pw={0}", "cmd /c net use \\\\h {0} /user:a", "curl -u bob:{0}", "curl  -u  bob:{0}",
        "curl -u=bob:{0}", "wget --user=a --password={0}", "http -a bob:{0} x", "aws configure set aws_secret_access_key {0}{0}",
        "mysql -h db -uroot -p{0}", "docker run -e MYSQL_ROOT_PASSWORD={0} mysql", "docker run -e \"DB_PASS={0}\" x", "with token {0}{0}",
        "pg_dump -d postgres://u:{0}@h/db", "redis://default:{0}@h", "mysqlsh root:{0}@db", "mysqlsh bob:{0}@db:3306", "mongosh mongodb://a:{0}@h",
        "xfreerdp /p:\"{0}\"", "cmdkey /add:h /user:a /pass:{0}",
    ];

    private static readonly string[] Short_values_by_their_mixture =
    [
        "git clone https://{0}@github.com/a/b", "https://{0}@host", "http://{0}@host:8080/x", "url=https://{0}@host/path", "\"https://{0}@r.x/y.git\"",
        "ssh_key={0}", "ssh-key: {0}", "SSH_KEY={0}", "sshKey: \"{0}\"", "\"ssh_key\":\"{0}\"", "deploy_key={0}", "--ssh-key {0}", "webhook-key={0}",
        "client_ssh_key = {0}", "SESSION_KEY={0}",
        "password Some(\"{0}\")", "password = Some(\"{0}\")", "Some(\"{0}\") password", "the password Just \"{0}\"", "Ok(\"{0}\") passphrase",
        "User { password: Some(\"{0}\") }",
        "password:<*>(0xc000010250){0}", "&{password:<*>(0xc000010250){0} port:5432}", "password:(*string)(0xc000010250){0}",
        "&{User:bob Password:0xc000010250 {0}}", "Password: (string) {0}", "(*string)(0xc000010250) Password: (*string)(0xc000010258){0}",
        "password:<**>(0xc000010250->0xc000010258){0}", "&{password:<*>{0} user:ann}",
        "LOGIN bob {0}", "C: LOGIN bob {0}", "> LOGIN \"bob\" \"{0}\"", "imap: LOGIN bob@x.example {0}",
        "docker config auth: {0}", "auth: {0}", "\"auth\": \"{0}\"", "auth={0}", "  auths:\n    r.x:\n      auth: {0}",
    ];

    private static readonly string[] Identifiers_as_keys =
    [
        "api_key=api-{0}", "api-key: api-{0}", "apiKey=\"api-{0}\"", "x-api-key: api-{0}", "--api-key api-{0}", "\"api_key\": \"api-{0}\"",
        "API_KEY='api-{0}'", "api key: api-{0}", "api key is api-{0}", "api_token: api-{0}", "key=api-{0}", "\"key\":\"api-{0}\"", "key: api-{0}",
        "X-Key: api-{0}", "apikey=api_{0}", "service_key=svc-{0}", "Authorization: Bearer api-{0}", "Authorization: api-{0}", "[\"--api-key\",\"api-{0}\"]",
        "api_keys: [api-{0}]", "apiKeys:\n- api-{0}", "{\"name\":\"API_KEY\",\"value\":\"api-{0}\"}", "<apiKey>api-{0}</apiKey>",
    ];

    private static readonly string[] Plain_words_in_lists =
    [
        "passwords: [sunshine, dragonfly]", "\"passwords\":[\"sunshine\",\"dragonfly\"]", "passwords:\n- sunshine\n- dragonfly",
        "passwords:\n  - \"sunshine\"\n  - 'dragonfly'", "default_passwords=[\"sunshine\", \"dragonfly\"]", "Passwords:[]string{\"sunshine\", \"dragonfly\"}",
        "passphrases: [sunshine, dragonfly]", "{\"log\":\"{\\\"passwords\\\":[\\\"sunshine\\\",\\\"dragonfly\\\"]}\"}",
    ];

    public static IEnumerable<object[]> Forms(string kind) => (kind switch
    {
        nameof(Values_before_their_names) => Values_before_their_names,
        nameof(Lists_and_sequences) => Lists_and_sequences,
        nameof(Quoted_values_over_two_lines) => Quoted_values_over_two_lines,
        nameof(Names_with_unseen_characters_in_them) => Names_with_unseen_characters_in_them,
        nameof(Values_in_brackets) => Values_in_brackets,
        nameof(Short_values_by_their_mixture) => Short_values_by_their_mixture,
        _ => Arguments_of_programs,
    }).Select(f => new object[] { f });

    [Theory]
    [MemberData(nameof(Forms), nameof(Values_before_their_names))]
    public void A_value_before_its_name_goes(string form) => Goes(form);

    [Theory]
    [MemberData(nameof(Forms), nameof(Lists_and_sequences))]
    public void Each_item_of_a_list_goes(string form) => Goes(form);

    [Theory]
    [MemberData(nameof(Forms), nameof(Quoted_values_over_two_lines))]
    public void Both_lines_of_a_quoted_value_go(string form) => Goes(form);

    [Theory]
    [MemberData(nameof(Forms), nameof(Names_with_unseen_characters_in_them))]
    public void What_is_not_to_be_seen_in_a_name_hides_no_value(string form) => Goes(form);

    [Theory]
    [MemberData(nameof(Forms), nameof(Values_in_brackets))]
    public void A_value_in_brackets_goes(string form) => Goes(form);

    [Theory]
    [MemberData(nameof(Forms), nameof(Arguments_of_programs))]
    public void An_argument_that_is_a_password_goes(string form) => Goes(form);

    [Theory]
    [MemberData(nameof(Forms), nameof(Short_values_by_their_mixture))]
    public void A_short_value_that_no_name_looks_like_goes(string form) => Goes(form);

    [Fact]
    public void An_identifier_behind_a_word_goes_as_any_other_key_does()
    {
        const string Uuid = "3f2b8c1e-9d4a-4e57-b6a0-1c2d3e4f5a6b";
        string.Join('\n', Identifiers_as_keys.Select(f => f.Replace("{0}", Uuid)).SelectMany(f => new[] { f, InJson(f), InJson(InJson(f)) }).Select(Cleaned)
            .Where(c => c.Contains("9d4a", StringComparison.Ordinal) || c.Contains("1c2d3e", StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Fact]
    public void A_plain_word_goes_where_a_list_is_of_passwords()
    {
        string.Join('\n', Plain_words_in_lists.SelectMany(f => new[] { f, InJson(f) }).Select(Cleaned)
            .Where(c => c.Contains("sunshine", StringComparison.Ordinal) || c.Contains("dragonfly", StringComparison.Ordinal))).Should().BeEmpty();
    }

    /// <summary>Lines that only look like these kinds: help texts, what is wrong with a password, types, names of secrets.</summary>
    [Fact]
    public void Their_ordinary_neighbours_stay()
    {
        var lines = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "Brokkr.Tests", "fixtures", "secrets", "neighbours.txt"));

        string.Join('\n', lines.Where(l => Cleaned(l) != TextCleaner.Clean(l)).Select(Cleaned)).Should().BeEmpty();
        Cleaned(string.Join('\n', lines)).Should().Be(string.Join('\n', lines.Select(l => TextCleaner.Clean(l))), "one below the other as well");
        lines.Length.Should().BeGreaterThan(120);
    }

    private static void Goes(string form)
    {
        string[] secrets = ["Zq7xKp3Vw4", "Rb2mTn8Lc5"];
        var text = form.Replace("{0}", secrets[0]).Replace("{1}", secrets[1]);
        foreach (var given in new[] { text, InJson(text), InJson(InJson(text)) })
        {
            // A backspace is a word's boundary in JSON as often as not.
            if (given != text && text.Contains('\b'))
                continue;
            var once = Cleaned(given);

            foreach (var secret in secrets)
                Enumerable.Range(0, 5).Should().NotContain(i => once.Contains(secret.Substring(i, 6)), once);
            once.Should().Contain("[redacted:");
            Cleaned(once).Should().Be(once, "a second pass finds nothing");
        }
    }

    private static string InJson(string text) => JsonSerializer.Serialize(new { log = text, stream = "stdout" }, Plain);

    private static string Cleaned(string text) => string.Join('\n', LogCleaner.Clean(Encoding.UTF8.GetBytes(text), 1000, new Dictionary<string, int>()).Lines);

    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
