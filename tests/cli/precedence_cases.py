# SPDX-License-Identifier: Apache-2.0
"""Cases for test_precedence.py: name, and what a person's files, environment and options are. {folder} is the working
folder, {ca} the test's CA. Without `endpoint` the host follows from the Region."""

KEYS = "aws_access_key_id = AK{0}\naws_secret_access_key = secret-{0}\n"
DEFAULT = "[default]\n" + KEYS.format("DEFAULT")
DEV = "[dev]\n" + KEYS.format("DEV")
ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "secret-env"}
ENDPOINT = ["--endpoint-url", "https://kms.example.test"]
EAST = {"AWS_REGION": "us-east-1"}
PROFILE = ["--profile", "default"]
PRINTS = """credential_process = /bin/echo '{"Version": 1, "AccessKeyId": "AKPROC", "SecretAccessKey": "s", "SessionToken": "t"}'\n"""


def case(name, config="", credentials="", env=None, options=PROFILE):
    return {"name": name, "config": config, "credentials": credentials, "env": env or {}, "options": options}


def region(name, code, **more):
    return case(f"region {name}", credentials=DEFAULT, options=[*PROFILE, "--region", code], **more)


def config(name, text, env=None, options=PROFILE):
    """Something about the text of the config file."""
    return case(f"config {name}", config=text, credentials=DEFAULT + DEV, env=env, options=options)


def keys(name, text, env=None, options=PROFILE):
    """Something about the text of the credentials file."""
    return case(f"credentials {name}", credentials=text, env={**EAST, **(env or {})}, options=options)


def role(name, text, env=None, options=("--profile", "r")):
    return case(f"role {name}", config=text, credentials=DEFAULT + DEV, env={**EAST, **(env or {})}, options=list(options))


FILES = {"config": "[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-3\n", "credentials": DEFAULT + DEV}
ROLE = "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/r\n"

CASES = [
    # Region
    case("region: option over environment and file", **FILES, env={"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"},
         options=[*PROFILE, "--region", "us-west-2"]),
    case("region: AWS_REGION over AWS_DEFAULT_REGION", **FILES, env={"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"}),
    case("region: AWS_DEFAULT_REGION over file", **FILES, env={"AWS_DEFAULT_REGION": "us-east-2"}),
    case("region: file", **FILES),
    case("region: file, other profile", **FILES, options=["--profile", "dev"]),
    case("region: empty AWS_REGION", **FILES, env={"AWS_REGION": ""}),
    case("region: empty AWS_DEFAULT_REGION", **FILES, env={"AWS_DEFAULT_REGION": ""}),
    case("region: empty option", **FILES, options=[*PROFILE, "--region", ""]),
    case("region: nowhere", credentials=DEFAULT),
    case("region: nowhere, endpoint named", credentials=DEFAULT, options=ENDPOINT),
    case("region: in the credentials file", credentials=DEFAULT + "region = ap-south-1\n"),
    case("region: in both files", config="[default]\nregion = eu-west-1\n", credentials=DEFAULT + "region = ap-south-1\n"),
    case("region: of default is not of another profile", config="[default]\nregion = eu-west-1\n", credentials=DEFAULT + DEV,
         options=["--profile", "dev"]),
    region("of China", "cn-north-1"), region("of GovCloud", "us-gov-west-1"), region("of ISO", "us-iso-east-1"),
    region("of ISO-B", "us-isob-east-1"), region("nobody knows", "mars-north-1"), region("with blanks", "x y"),
    region("with a dot", "us-east-1.example"), region("with a slash", "us-east-1/x"), region("fips name", "us-gov-west-1-fips"),
    region("fips prefix", "fips-us-east-1"), region("in capitals", "US-EAST-1"),
    # FIPS and dual stack
    config("fips", "[default]\nregion = us-east-1\nuse_fips_endpoint = true\n"),
    config("fips, environment says no", "[default]\nregion = us-east-1\nuse_fips_endpoint = true\n", {"AWS_USE_FIPS_ENDPOINT": "false"}),
    config("no fips, environment says yes", "[default]\nregion = eu-west-1\nuse_fips_endpoint = false\n", {"AWS_USE_FIPS_ENDPOINT": "True"}),
    config("dual stack", "[default]\nregion = us-east-1\nuse_dualstack_endpoint = true\n"),
    config("dual stack by environment", "[default]\nregion = us-east-1\n", {"AWS_USE_DUALSTACK_ENDPOINT": "true"}),
    config("fips in GovCloud", "[default]\nregion = us-gov-east-1\nuse_fips_endpoint = true\n"),
    config("fips with an endpoint", "[default]\nregion = us-east-1\nuse_fips_endpoint = true\n", options=[*PROFILE, *ENDPOINT]),
    # Profiles
    case("profile: option over environment", **FILES, env={"AWS_PROFILE": "default"}, options=["--profile", "dev"]),
    case("profile: AWS_PROFILE", **FILES, env={"AWS_PROFILE": "dev"}, options=[]),
    case("profile: AWS_DEFAULT_PROFILE", **FILES, env={"AWS_DEFAULT_PROFILE": "dev"}, options=[]),
    case("profile: AWS_PROFILE and AWS_DEFAULT_PROFILE", **FILES, env={"AWS_PROFILE": "dev", "AWS_DEFAULT_PROFILE": "default"}, options=[]),
    case("profile: missing", **FILES, options=["--profile", "nobody"]),
    case("profile: missing, by environment", **FILES, env={"AWS_PROFILE": "nobody"}, options=[]),
    case("profile: default is missing", env={**EAST, **ENVIRONMENT}),
    case("profile: only in the credentials file", credentials=DEV, env=EAST, options=["--profile", "dev"]),
    case("profile: only in the config file", config="[profile dev]\nregion = eu-west-3\n" + KEYS.format("CONFIG"), options=["--profile", "dev"]),
    config("section without its prefix", "[dev]\nregion = eu-west-3\n", options=["--profile", "dev"]),
    config("default with its prefix", "[profile default]\nregion = eu-west-3\n"),
    config("default in both forms", "[profile default]\nregion = eu-west-3\n[default]\nregion = eu-west-1\n"),
    config("name in quotes", "[profile 'a b']\nregion = eu-west-3\n" + KEYS.format("QUOTED"), options=["--profile", "a b"]),
    config("name in double quotes", '[profile "a b"]\nregion = eu-west-3\n' + KEYS.format("QUOTED"), options=["--profile", "a b"]),
    config("name with a tab", "[profile\tdev]\nregion = eu-west-3\n", options=["--profile", "dev"]),
    # The text of files
    config("comments", "# one\n; two\n[default]\n# three\nregion = eu-west-1\n"),
    config("comment behind a value", "[default]\nregion = eu-west-1 # near\n"),
    config("semicolon behind a value", "[default]\nregion = eu-west-1 ; near\n"),
    config("colon instead of equals", "[default]\nregion: eu-west-1\n"),
    config("no blanks", "[default]\nregion=eu-west-1\n"),
    config("name in capitals", "[default]\nREGION = eu-west-1\n"),
    config("line ends of Windows", "[default]\r\nregion = eu-west-1\r\n"),
    config("nested section", "[default]\ns3 =\n  max_concurrent_requests = 2\nregion = eu-west-1\n"),
    config("nested Region does not count", "[default]\ns3 =\n  region = ap-south-1\n"),
    config("value on the next line", "[default]\nregion =\n  eu-west-1\n"),
    config("section twice", "[default]\nregion = eu-west-1\n[default]\nregion = eu-west-3\n"),
    config("name twice", "[default]\nregion = eu-west-1\nregion = eu-west-3\n"),
    config("no section", "region = eu-west-1\n"),
    config("empty value", "[default]\nregion =\n", {"AWS_DEFAULT_REGION": "us-east-2"}),
    config("empty value alone", "[default]\nregion =\n"),
    config("elsewhere", "", {"AWS_CONFIG_FILE": "{folder}/other-config"}),
    config("elsewhere, below home", "", {"AWS_CONFIG_FILE": "~/other-config"}),
    config("elsewhere, not there", "[default]\nregion = eu-west-1\n", {"AWS_CONFIG_FILE": "{folder}/none", "AWS_DEFAULT_REGION": "us-east-2"}),
    # Keys
    keys("environment over file", DEFAULT, ENVIRONMENT, ENDPOINT),
    keys("named profile over environment", DEFAULT, ENVIRONMENT),
    keys("AWS_PROFILE under environment", DEFAULT + DEV, {**ENVIRONMENT, "AWS_PROFILE": "dev"}, []),
    keys("environment with token", "", {**ENVIRONMENT, "AWS_SESSION_TOKEN": "env-token"}, ENDPOINT),
    keys("environment with old token", "", {**ENVIRONMENT, "AWS_SECURITY_TOKEN": "old-token"}, ENDPOINT),
    keys("environment with both tokens", "", {**ENVIRONMENT, "AWS_SECURITY_TOKEN": "old-token", "AWS_SESSION_TOKEN": "env-token"}, ENDPOINT),
    keys("environment without secret", DEFAULT, {"AWS_ACCESS_KEY_ID": "AKENV"}, ENDPOINT),
    keys("environment without id", DEFAULT, {"AWS_SECRET_ACCESS_KEY": "x"}, ENDPOINT),
    keys("empty environment", DEFAULT, {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, ENDPOINT),
    keys("nowhere", "", {}, ENDPOINT),
    keys("profile without keys", "[default]\nregion = us-east-1\n"),
    keys("id alone", "[default]\naws_access_key_id = AKALONE\n"),
    keys("token", DEFAULT + "aws_session_token = file-token\n"),
    keys("old token", DEFAULT + "aws_security_token = file-token\n"),
    keys("both tokens", DEFAULT + "aws_security_token = old\naws_session_token = new\n"),
    keys("name in capitals", "[default]\nAWS_ACCESS_KEY_ID = AKDEFAULT\nAws_Secret_Access_Key = s\n"),
    keys("elsewhere", DEFAULT, {"AWS_SHARED_CREDENTIALS_FILE": "{folder}/other-credentials"}),
    keys("secret with equals and hash", "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = a=b#c/d+e\n"),
    case("credentials in the config file", config=DEFAULT, env=EAST),
    case("credentials in both files", config="[default]\n" + KEYS.format("CONFIG"), credentials=DEFAULT, env=EAST),
    case("credentials split over the files", config="[default]\naws_access_key_id = AKSPLIT\n",
         credentials="[default]\naws_secret_access_key = s\n", env=EAST),
    # Programs and roles
    case("process", config="[default]\n" + PRINTS, env=EAST),
    case("process in the credentials file", credentials="[default]\n" + PRINTS, env=EAST),
    case("process under keys of the credentials file", config="[default]\n" + PRINTS, credentials=DEFAULT, env=EAST),
    case("process over keys of the config file", config=DEFAULT + PRINTS, env=EAST),
    case("process under the environment", config="[default]\n" + PRINTS, env={**EAST, **ENVIRONMENT}, options=ENDPOINT),
    case("process that fails", config="[default]\ncredential_process = /bin/false\n", env=EAST),
    case("process without version", config="[default]\ncredential_process = /bin/echo '{}'\n", env=EAST),
    role("of a source profile", ROLE + "source_profile = dev\n"),
    role("of itself", ROLE + "source_profile = r\n" + KEYS.format("SELF")),
    case("role in its own Region", config=ROLE + "source_profile = dev\nregion = eu-west-3\n", credentials=DEV, options=["--profile", "r"]),
    role("with the environment's keys", ROLE + "credential_source = Environment\n", ENVIRONMENT),
    role("of a source that is missing", ROLE + "source_profile = nobody\n"),
    role("without a source", ROLE),
    role("with two sources", ROLE + "source_profile = dev\ncredential_source = Environment\n"),
    role("over keys of its own", ROLE + "source_profile = dev\n" + KEYS.format("OWN")),
    role("of a role", ROLE + "source_profile = q\n[profile q]\nrole_arn = arn:aws:iam::111122223333:role/q\nsource_profile = dev\n"),
    role("of a circle", ROLE + "source_profile = q\n[profile q]\nrole_arn = arn:aws:iam::111122223333:role/q\nsource_profile = r\n"),
    role("of a web identity", ROLE + "web_identity_token_file = {folder}/token\n"),
    role("of a web identity in the environment", "", {"AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/r",
                                                    "AWS_WEB_IDENTITY_TOKEN_FILE": "{folder}/token"}, ENDPOINT),
    role("under the environment", ROLE + "source_profile = dev\n", {**ENVIRONMENT, "AWS_PROFILE": "r"}, []),
    # Endpoints and trust
    case("endpoint: option", **FILES, options=[*PROFILE, *ENDPOINT]),
    case("endpoint: with port and path", **FILES, options=[*PROFILE, "--endpoint-url", "https://kms.example.test:8443/some/path"]),
    case("endpoint: in the config file", config="[default]\nregion = eu-west-1\nendpoint_url = https://file.example.test\n", credentials=DEFAULT),
    case("endpoint: in the environment", **FILES, env={"AWS_ENDPOINT_URL": "https://env.example.test"}),
    case("trust: option over environment", **FILES, env={"AWS_CA_BUNDLE": "{folder}/none.pem"}, options=[*PROFILE, "--ca-bundle", "{ca}"]),
    case("trust: config file", config="[default]\nregion = eu-west-1\nca_bundle = {ca}\n", credentials=DEFAULT, env={"AWS_CA_BUNDLE": ""}),
    case("trust: environment over config file", config="[default]\nregion = eu-west-1\nca_bundle = {folder}/none.pem\n", credentials=DEFAULT),
]
