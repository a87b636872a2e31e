using System.Buffers;
using static Brokkr.Contracts.Text.RedactionRules;

namespace Brokkr.Contracts.Text;

/// <summary>How a token of a known service begins, what it is made of, and how long it is at least behind its beginning.</summary>
internal sealed record TokenForm(string Rule, string Prefix, SearchValues<char> Alphabet, int Least, bool StandsAlone = false,
    bool HasDigit = false, int Most = int.MaxValue)
{
    private static SearchValues<char> HashLetters { get; } =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./$=,+-_");
    private static SearchValues<char> ScramLetters { get; } =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/$=+:");
    private static SearchValues<char> CapitalHex { get; } = SearchValues.Create("0123456789ABCDEF");
    private static SearchValues<char> HexAndDashes { get; } = SearchValues.Create("0123456789abcdef-");
    private static SearchValues<char> K3sLetters { get; } =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:");

    /// <summary>Longer beginnings first: the first that fits counts.</summary>
    public static IReadOnlyList<TokenForm> All { get; } =
    [
        .. new TokenForm[]
        {
            new(AwsKey, "AKIA", Words.Capitals, 16, Most: 16), new(AwsKey, "ASIA", Words.Capitals, 16, Most: 16),
            new(AwsKey, "ABSK", Words.Base64, 60, true, true),
            new(GoogleKey, "AIza", Words.Url, 30), new(GoogleKey, "ya29.", Words.Dotted, 20), new(GoogleKey, "GOCSPX-", Words.Url, 20),
            new(GoogleKey, "1//0", Words.Url, 30, true),
            new(GoogleKey, "GOOG1", Words.Capitals, 20, true), new(Jwt, "eyJ", Words.Url, 5),
            new(Hash, "$apr1$", HashLetters, 20), new(Hash, "$1$", HashLetters, 20, HasDigit: true), new(Hash, "$2a$", HashLetters, 30),
            new(Hash, "$2b$", HashLetters, 30),
            new(Hash, "$2y$", HashLetters, 30), new(Hash, "$5$", HashLetters, 30), new(Hash, "$6$", HashLetters, 30),
            new(Hash, "$y$", HashLetters, 20), new(Hash, "$7$", HashLetters, 30),
            new(Hash, "$argon2", HashLetters, 30), new(Hash, "$pbkdf2", HashLetters, 30), new(Hash, "$scrypt$", HashLetters, 30),
            new(Hash, "$P$", HashLetters, 20), new(Hash, "$S$", HashLetters, 40), new(Hash, "$sha1$", HashLetters, 40),
            new(Hash, "md5", Words.Hex, 32, true, true, 32), new(Hash, "*", CapitalHex, 40, true, true, 40),
            new(Hash, "{SMD5}", Words.Base64, 20), new(Hash, "{CRYPT}", HashLetters, 12), new(Hash, "{PBKDF2", HashLetters, 30),
            new(Hash, "{SSHA}", Words.Base64, 20), new(Hash, "{SHA}", Words.Base64, 20), new(Hash, "{SSHA512}", Words.Base64, 20),
            new(Hash, "{SSHA256}", Words.Base64, 20),
            new(Hash, "pbkdf2_sha256$", HashLetters, 20), new(Hash, "pbkdf2:sha256:", HashLetters, 20),
            new(Hash, "scrypt:", ScramLetters, 60, true, true),
            new(Hash, "SCRAM-SHA-256$", ScramLetters, 30), new(Pem, "b3BlbnNzaC1rZXktdjE", Words.Base64, 20),
            new(Vendor, "s.", Words.Alphanumeric, 24, true, true, 24), new(Vendor, "sk-", Words.Url, 32, true, true),
            new(Vendor, "key-", Words.Hex, 32, true, Most: 32),
            new(Vendor, "dapi", Words.Hex, 32, true), new(Vendor, "SK", Words.Hex, 32, true, Most: 32),
            new(Vendor, "LTAI", Words.Alphanumeric, 12, true, true),
            new(Vendor, "AKID", Words.Alphanumeric, 28, true, true), new(Vendor, "oy2", Words.Alphanumeric, 43, true, true, 43),
            new(Vendor, "sl.", Words.Url, 60, true, true),
            new(Vendor, "NRAK-", Words.Capitals, 20), new(Vendor, "EAACEdEose0cBA", Words.Alphanumeric, 10),
            new(Vendor, "K10", K3sLetters, 60, true, true),
            new(Vendor, "EAAA", Words.Url, 50, true, true), new(Vendor, "AKCp", Words.Alphanumeric, 60, true, true),
            new(Vendor, "ops_eyJ", Words.AnyBase64, 40, true), new(Vendor, "v1.0-", Words.Url, 120, true, true),
            new(Vendor, "gAAAAAB", Words.AnyBase64, 60, true), new(Vendor, "sk_", Words.Hex, 40, true, true),
            new(Vendor, "access_token$production$", HashLetters, 40, true), new(Vendor, "access_token$sandbox$", HashLetters, 40, true),
            new(Vendor, "v2.local.", Words.Dotted, 60, true), new(Vendor, "v4.local.", Words.Dotted, 60, true),
            new(Vendor, "secret-token:", Words.Dotted, 16, true), new(Vendor, "pat", Words.Dotted, 79, true, true, 79),
            new(Vendor, "sdk-", HexAndDashes, 36, true, true, 36), new(Vendor, "mob-", HexAndDashes, 36, true, true, 36),
        }.Concat(Many(GitHub, 20, Words.Url, "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_"))
        .Concat(Many(GitLab, 16, Words.Dotted, "glpat- glrt- gldt- glft- glsoat- glcbt- glptt- glimt- glagent- glffct- GR1348941"))
        .Concat(Many(Slack, 10, Words.Dotted, "xoxa- xoxb- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xoxc- xoxd- xapp-"))
        .Concat(Many(Stripe, 10, Words.Alphanumeric, "sk_live_ rk_live_ sk_test_ rk_test_"))
        .Concat(Many(Stripe, 20, Words.Base64, "whsec_"))
        .Concat(Many(Npm, 30, Words.Alphanumeric, "npm_"))
        .Concat(Many(BrokkrPak, 16, Words.Url, "brokkr_adm_ brokkr_ro_ brokkr_agt_"))
        .Concat(Many(Vendor, 16, Words.Dotted,
            "hvs. hvb. hvr. shpat_ shpss_ shpca_ shppa_ dp.st. dp.pt. dp.ct. dp.sa. dp.scim. dp.audit. sq0csp- sq0atp- sq0idp- lin_api_ "
            + "lin_oauth_ figd_ glsa_ glc_ rubygems_ "
            + "dckr_pat_ dckr_oat_ tskey- pscale_tkn_ pscale_pw_ pscale_oauth_ PMAK- CFPAT- NRII- NRJS- NRRA- sntrys_ sntryu_ sb_secret_ "
            + "sbp_ nvapi- lsv2_pt_ lsv2_sk_ r8_ "
            + "pplx- gsk_ xai- SWMTKN-1- AGE-SECRET-KEY-1 ATATT3 ATCTT3 ATSTT3 xkeysib- xsmtpsib- dop_v1_ doo_v1_ dor_v1_ EZAK EZTK "
            + "tgp_v1_ nfp_ phx_ fo1_ fm1_ fm2_ hsecret_ "
            + "vercel_ ntn_ pul- duffel_live_ duffel_test_ shippo_live_ shippo_test_ p8e- sgp_ tfp_ waka_ pnu_ sha_live_ "
            + "ddapp_ dt0c01. dt0s01. HRKU- CCIPAT_ CCIPRJ_ fio-u- rdme_ bkua_ bkat_ ico- "
            + "e2b_ pcsk_ tvly- jina_ rnd_ figo_ sntryi_ glwt- dvc_"))
        .Concat(Many(Vendor, 30, Words.Dotted, "SG. hf_ pypi- ATBB")).Concat(Many(Vendor, 40, Words.Alphanumeric, "secret_"))
        .OrderByDescending(f => f.Prefix.Length),
    ];

    private static IEnumerable<TokenForm> Many(string rule, int least, SearchValues<char> alphabet, string prefixes) =>
        prefixes.Split(' ').Select(p => new TokenForm(rule, p, alphabet, least, rule == Vendor, rule == Vendor));
}
