namespace Brokkr.Contracts.Text;

/// <summary>Where a program takes passwords on its command line.</summary>
/// <param name="passwords">Options that a password follows.</param>
/// <param name="users">Options that a user follows with a password behind the separator.</param>
/// <param name="separator">What stands between user and password.</param>
/// <param name="places">
/// Arguments of which one is a password by its place: words as they are, <c>*</c> any, <c>-b</c> an option with this letter, <c>!</c> the
/// password, <c>!/</c> and <c>!:</c> the one behind that sign.
/// </param>
internal sealed class CommandOptions(string passwords, string users = "", string separator = ":", params string[] places)
{
    public string[] Passwords { get; } = passwords.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    public string[] Users { get; } = users.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    public string Separator => separator;
    public string[][] Places { get; } = [.. places.Select(p => p.Split(' '))];

    /// <summary>Whether a password may stand behind its option without a space; some know it so and not otherwise.</summary>
    public bool TakesGlued(char option) =>
        option is 'p' or 'P' or 'w'
            && (Passwords is [] && Users is [] && Places is [] && option == 'p' || Passwords.Contains($"-{option}"));
}

/// <summary>The programs that take passwords without a word that says so.</summary>
internal static class CommandTable
{
    /// <summary>The short names among the programs, of which a part of other words is made, with what follows them.</summary>
    private static readonly string[] Short =
        ["net ", "mc ", "bw ", "ab ", "p4 ", "az ", "oc ", "7z", "rar", "zip", "\"mc\"", "\"az\"", "\"oc\"", "npm "];

    public static Dictionary<string, CommandOptions> Programs { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["curl"] = new("", "-u --user -U --proxy-user -E --cert"),
        ["wget"] = new("", "--user"),
        ["http"] = new("", "-a --auth"),
        ["https"] = new("", "-a --auth"),
        ["ab"] = new("", "-A -P"),
        ["buildah"] = new("-p", "--creds"),
        ["skopeo"] = new("-p", "--creds --src-creds --dest-creds"),
        ["etcdctl"] = new("", "--user"),
        ["jenkins-cli.jar"] = new("", "-auth"),
        ["smbclient"] = new("", "-U --user", "%", @"\\ !", "// !"),
        ["rpcclient"] = new("", "-U --user", "%"),
        ["winexe"] = new("", "-U --user", "%"),
        ["wbinfo"] = new("", "-a", "%"),
        ["lftp"] = new("", "-u", ","),
        ["openssl"] = new("-passin -passout -pass -k -K"),
        ["ssh-keygen"] = new("-N -P"),
        ["gitlab-runner"] = new("-r"),
        ["doctl"] = new("-t"),
        ["ipmitool"] = new("-P"),
        ["xfreerdp"] = new("/p:"),
        ["net"] = new("", places: [@"use \\ !", @"use * !", @"use * * !", "user * !"]),
        ["vault"] = new("", places: ["login !", "operator unseal !"]),
        ["htpasswd"] = new("", places: ["-b * * !", "-n * !"]),
        ["mosquitto_passwd"] = new("", places: ["-b * * !"]),
        ["rabbitmqctl"] = new("", places: ["add_user * !", "change_password * !", "authenticate_user * !"]),
        ["mc"] = new("", places: ["alias set * * * !", "config host add * * * !"]),
        ["cargo"] = new("", places: ["login !"]),
        ["bw"] = new("", places: ["unlock !", "login * !"]),
        ["wpa_passphrase"] = new("", places: ["* !"]),
        ["neo4j-admin"] = new("", places: ["set-initial-password !", "dbms set-initial-password !"]),
        ["grafana-cli"] = new("", places: ["admin reset-admin-password !"]),
        ["rclone"] = new("", places: ["obscure !"]),
        ["npm"] = new("", places: ["config set :_authToken !", "config set :_password !"]),
        ["yarn"] = new("", places: ["config set npmAuthToken !"]),
        ["sqlplus"] = new("", places: ["!/"]),
        ["sqlldr"] = new("", places: ["!/"]),
        ["expdp"] = new("", places: ["!/"]),
        ["impdp"] = new("", places: ["!/"]),
        ["mysqlsh"] = new("", places: ["!:"]),
    };

    static CommandTable()
    {
        Add(new("-p"), "docker podman nerdctl helm oc az sshpass mongo mongosh mongodump mongorestore mongoimport mongoexport");
        Add(new("-p"), "clickhouse-client 7z 7za rar unrar rdesktop psexec twine poetry crane oras regctl cosign");
        Add(new("-p"), "mongostat cqlsh cypher-shell couchbase-cli useradd usermod");
        Add(new("-a"), "redis-cli redis-benchmark valkey-cli valkey-benchmark keydb-cli");
        Add(new("-w"), "ldapsearch ldapadd ldapmodify ldapdelete ldappasswd ldapwhoami");
        Add(new("-P"), "sqlcmd bcp tsql zip unzip mosquitto_pub mosquitto_sub p4");
        Add(new("-c -A -X"), "snmpwalk snmpget snmpset snmpbulkwalk");
        Add(new(""), "mysql mysqldump mysqladmin mysqlimport mysqlcheck mysqlshow mysqlslap mariadb mariadb-dump mariadb-admin");
    }

    private static void Add(CommandOptions options, string names)
    {
        foreach (var name in names.Split(' '))
            Programs[name] = options;
    }

    /// <summary>What a text holds at least in which a program stands, or a shell that hands something over.</summary>
    public static IEnumerable<string> Signs => Programs.Keys.Where(k => k.Length > 3).Concat(Short).Concat(["echo ", "printf ", "<<<"]);
}
