namespace MLHub.Core.Accounts;

/// <summary>Passwords long enough for us that appear at the top of published lists of leaked ones, and what people make of them.</summary>
internal static class CommonPasswords
{
    private static readonly HashSet<string> Stems = new(
        [
            "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "pa55word", "passphrase", "mypassword", "thepassword", "newpassword", "oldpassword", "nopassword",
            "qwerty", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "asdfghjklpoiu", "zxcvbnm", "qazwsx", "qazwsxedc", "qazwsxedcrfv", "qweasdzxc", "qwertyqwerty", "qwertyasdf", "asdfasdf", "asdfqwer",
            "1q2w3e4r", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx", "1qaz2wsx3edc", "1qazxsw2", "zaq12wsx", "zaq1zaq1", "q1w2e3r4", "q1w2e3r4t5", "q1w2e3r4t5y6", "qwe123qwe", "abc123abc",
            "123123123", "1231231234", "1234512345", "123456123456", "123456654321", "1234567890", "12345678910", "0123456789", "0987654321", "9876543210", "987654321", "1029384756", "1122334455", "147258369", "123654789", "159753", "159357", "112233445566", "1111122222", "1357924680", "3141592654", "31415926535",
            "iloveyou", "iloveyouforever", "iloveyoubaby", "loveyou", "letmein", "letmeinplease", "letmeinnow", "welcome", "welcomehome", "welcomeback", "administrator", "administrador", "adminadmin", "admin", "root", "toor", "rootroot", "superuser", "superadmin", "sysadmin", "master", "default", "changeme", "changemenow", "pleasechangeme", "secret", "supersecret", "topsecret", "mysecret", "testtest", "testing", "testpassword", "tester", "guest", "guestguest", "useruser", "login", "access", "trustno", "trustnoone", "whatever", "nothing", "computer", "internet",
            "football", "baseball", "basketball", "volleyball", "softball", "liverpool", "manchester", "manchesterunited", "arsenal", "chelsea", "barcelona", "realmadrid", "juventus", "superman", "spiderman", "batman", "starwars", "pokemon", "minecraft", "dragonball", "harrypotter", "sunshine", "princess", "butterfly", "chocolate", "strawberry", "blueberry", "christmas", "michael", "jennifer", "elizabeth", "alexander", "alexandra", "christopher", "christian", "charlotte", "jonathan", "samantha", "stephanie", "valentina", "sebastian", "maximilian", "anthony", "jessica", "michelle", "nicholas", "isabella",
            "blink", "monkey", "dragon", "shadow", "ashley", "summer", "winter", "spring", "autumn", "january", "february", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "freedom", "samsung", "facebook", "instagram", "linkedin", "microsoft", "google", "googlegoogle", "android", "youtube",
            "correcthorsebatterystaple", "correct horse battery staple", "mlhub", "mlhubmlhub", "machinelearning", "deeplearning", "datascience", "datascientist", "tensorflow", "kubernetes", "postgres", "postgresql",
            "abcdefgh", "abcdefghi", "abcdefghij", "abcdefghijk", "abcdefghijkl", "abcdefghijklmnopqrstuvwxyz", "abcd1234", "abcd1234abcd", "a1b2c3d4", "a1b2c3d4e5", "a1b2c3d4e5f6", "aa123456", "aaaaaaaaaa", "q123456789", "a123456789", "qwerty12345", "qwerty123456", "lovelove", "lovelovelove", "babygirl", "babygirl1", "fuckyou", "motherfucker", "jesuschrist", "jesuslovesme", "godisgood", "mustang", "corvette", "mercedes", "ferrari", "porsche",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Also with digits and signs before or behind: <c>Password2026!</c> is <c>password</c>.</summary>
    public static bool Contains(string password) =>
        Stems.Contains(password)
        || Stems.Contains(password.TrimEnd("0123456789!@#$%&*?.,-_+ ".ToCharArray()))
        || Stems.Contains(password.Trim("0123456789!@#$%&*?.,-_+ ".ToCharArray()))
        || Stems.Contains(password.Trim("!@#$%&*?.,-_+ ".ToCharArray()));
}
