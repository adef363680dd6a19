# SPDX-License-Identifier: Apache-2.0
"""Argument vectors, good and bad, for test_against_aws.py: name, what stands behind the program's name. {url} is the
recording peer; the files are those that make_files() writes into the working folder."""

import json

A = "1234abcd-12ab-34cd-56ef-1234567890ab"
CONTEXT = {"tenant": "blue", "purpose": "Prüfung", "empty": ""}


def make_files(folder):
    (folder / "plain.txt").write_bytes(b"hello\n")
    (folder / "blob.bin").write_bytes(bytes(range(40)))
    (folder / "blob.b64").write_text("AAECAwQFBgcICQ==\n")
    (folder / "wrapped.b64").write_text("AAECAwQFBgcI\nCQoLDA0ODw==\n")
    (folder / "crlf.b64").write_bytes(b"AAECAwQF\r\n")
    (folder / "notutf8").write_bytes(b"\xff\xfe\x00")
    (folder / "context.json").write_text(json.dumps(CONTEXT))
    (folder / "tags.json").write_text('[{"TagKey": "a", "TagValue": "1"}, {"TagKey": "b", "TagValue": "x y"}]')
    (folder / "input.json").write_text(json.dumps({"KeyId": A, "Plaintext": "aGVsbG8=", "EncryptionContext": CONTEXT}))
    (folder / "empty.json").write_text("")
    (folder / "input.yaml").write_text("# of a test\nKeyId: " + A + "\nPlaintext: !!binary aGVsbG8=\nEncryptionContext:\n"
                                       "  tenant: blue\n  empty: \"\"\n  purpose: Pr\u00fcfung\n")
    (folder / "policy.json").write_text('{"Version": "2012-10-17", "Statement": []}')
    (folder / "xks.json").write_text(json.dumps({"AccessKeyId": "ABCDEFGHIJKLMNOPQRST", "RawSecretAccessKey": "x" * 43}))
    (folder / "keyid.txt").write_text(A)


def kms(name, *words):
    return name, ["kms", *words]


BLOB = ["--ciphertext-blob", "fileb://blob.bin"]

GOOD = [
    kms("describe", "describe-key", "--key-id", A),
    kms("describe text", "describe-key", "--key-id", A, "--output", "text"),
    kms("describe equals", "describe-key", f"--key-id={A}"),
    kms("describe query", "describe-key", "--key-id", A, "--query", "KeyMetadata.KeyState"),
    kms("describe query text", "describe-key", "--key-id", A, "--query", "KeyMetadata.[KeyId,Enabled,CreationDate]", "--output", "text"),
    kms("describe query null", "describe-key", "--key-id", A, "--query", "Nothing"),
    kms("describe query null text", "describe-key", "--key-id", A, "--query", "Nothing", "--output", "text"),
    kms("describe query list text", "describe-key", "--key-id", A, "--query", "KeyMetadata.EncryptionAlgorithms", "--output", "text"),
    kms("describe grant tokens", "describe-key", "--key-id", A, "--grant-tokens", "t1", "t2"),
    kms("describe grant token json", "describe-key", "--key-id", A, "--grant-tokens", '["t1","t2"]'),
    kms("describe twice, last wins", "describe-key", "--key-id", "first", "--key-id", A),
    kms("key id from a file", "describe-key", "--key-id", "file://keyid.txt"),
    ("globals before", ["--output", "text", "--region", "eu-west-1", "kms", "describe-key", "--key-id", A]),
    ("globals between", ["kms", "--output", "text", "describe-key", "--no-cli-pager", "--key-id", A, "--color", "off"]),
    kms("encrypt base64", "encrypt", "--key-id", A, "--plaintext", "aGVsbG8="),
    kms("encrypt fileb", "encrypt", "--key-id", "alias/orders", "--plaintext", "fileb://plain.txt"),
    kms("encrypt file", "encrypt", "--key-id", A, "--plaintext", "file://blob.b64"),
    kms("encrypt wrapped file", "encrypt", "--key-id", A, "--plaintext", "file://wrapped.b64"),
    kms("encrypt crlf file", "encrypt", "--key-id", A, "--plaintext", "file://crlf.b64"),
    kms("encrypt raw", "encrypt", "--key-id", A, "--plaintext", "hello", "--cli-binary-format", "raw-in-base64-out"),
    kms("encrypt raw utf-8", "encrypt", "--key-id", A, "--plaintext", "grüße 🔑", "--cli-binary-format", "raw-in-base64-out"),
    kms("encrypt raw file", "encrypt", "--key-id", A, "--plaintext", "file://plain.txt", "--cli-binary-format", "raw-in-base64-out"),
    kms("encrypt raw fileb", "encrypt", "--key-id", A, "--plaintext", "fileb://blob.bin", "--cli-binary-format", "raw-in-base64-out"),
    kms("encrypt empty", "encrypt", "--key-id", A, "--plaintext", ""),
    kms("context shorthand", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "tenant=blue,purpose=archive"),
    kms("context quotes", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "a='x,y',b=\"p=q \\\" r\",c=d\\,e"),
    kms("context empty value", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "a=,b=1"),
    kms("context blanks", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "a = 1 , b = x y "),
    kms("context odd keys", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "aws:s3/a-b_c.d#1=x"),
    kms("context unicode", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "a=grüße"),
    kms("context json", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", '{"b":"1","a":"ü \\u00fc"}'),
    kms("context json file", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", "file://context.json"),
    kms("context json twice", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-context", '{"a":"1","a":"2"}'),
    kms("algorithm", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-algorithm", "RSAES_OAEP_SHA_256"),
    kms("algorithm unknown", "encrypt", "--key-id", A, "--plaintext", "QQ==", "--encryption-algorithm", "NEW_ONE"),
    kms("decrypt", "decrypt", *BLOB),
    kms("decrypt query text", "decrypt", *BLOB, "--query", "Plaintext", "--output", "text"),
    kms("decrypt with key", "decrypt", *BLOB, "--key-id", A, "--encryption-context", "a=1"),
    kms("re-encrypt", "re-encrypt", *BLOB, "--destination-key-id", "alias/new"),
    kms("re-encrypt all", "re-encrypt", *BLOB, "--source-key-id", "alias/old", "--destination-key-id", "alias/new",
        "--source-encryption-context", "a=1", "--destination-encryption-context", '{"b":"2"}',
        "--source-encryption-algorithm", "SYMMETRIC_DEFAULT", "--destination-encryption-algorithm", "SYMMETRIC_DEFAULT"),
    kms("re-encrypt text", "re-encrypt", *BLOB, "--destination-key-id", A, "--output", "text"),
    kms("data key", "generate-data-key", "--key-id", A, "--key-spec", "AES_256"),
    kms("data key bytes", "generate-data-key", "--key-id", A, "--number-of-bytes", "64"),
    kms("data key int forms", "generate-data-key", "--key-id", A, "--number-of-bytes", " +1_0 "),
    kms("data key without plaintext", "generate-data-key-without-plaintext", "--key-id", A, "--key-spec", "AES_128"),
    kms("random", "generate-random", "--number-of-bytes", "3"),
    kms("public key", "get-public-key", "--key-id", A, "--output", "text"),
    kms("create key", "create-key", "--description", "a key", "--tags", "TagKey=a,TagValue=1", "TagKey=b,TagValue='x y'"),
    kms("create key json tags", "create-key", "--tags", '[{"TagKey":"a","TagValue":"1"}]'),
    kms("create key json tags apart", "create-key", "--tags", '{"TagKey":"a","TagValue":"1"}', '{"TagKey":"b","TagValue":"2"}'),
    kms("create key tags file", "create-key", "--tags", "file://tags.json"),
    kms("create key no tags", "create-key", "--tags"),
    kms("create key flags", "create-key", "--multi-region", "--no-bypass-policy-lockout-safety-check", "--key-spec", "RSA_2048", "--key-usage", "ENCRYPT_DECRYPT"),
    kms("create key flag and its negation", "create-key", "--multi-region", "--no-multi-region"),
    kms("list keys", "list-keys"),
    kms("list keys text", "list-keys", "--output", "text"),
    kms("list keys query", "list-keys", "--query", "Keys[?KeyId=='id-3'].KeyArn"),
    kms("list keys query text", "list-keys", "--query", "Keys[].KeyId", "--output", "text"),
    kms("list keys length text", "list-keys", "--query", "length(Keys)", "--output", "text"),
    kms("list keys page size", "list-keys", "--page-size", "4"),
    kms("list keys max items", "list-keys", "--max-items", "3"),
    kms("list keys max items text", "list-keys", "--max-items", "3", "--output", "text"),
    kms("list keys max items on a boundary", "list-keys", "--max-items", "2"),
    kms("list keys go on", "list-keys", "--starting-token", "eyJNYXJrZXIiOiAiMiIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9"),
    kms("list keys old token", "list-keys", "--starting-token", "2___1"),
    kms("list keys plain token", "list-keys", "--starting-token", "4"),
    kms("list keys max 0", "list-keys", "--max-items", "0"),
    kms("list keys by hand", "list-keys", "--limit", "3"),
    kms("list keys by hand on", "list-keys", "--limit", "3", "--marker", "3"),
    kms("list keys no paginate", "list-keys", "--no-paginate"),
    kms("list keys json limit", "list-keys", "--cli-input-json", '{"Limit": 1}'),
    kms("list aliases text", "list-aliases", "--output", "text"),
    kms("list aliases of key", "list-aliases", "--key-id", A, "--query", "Aliases[0]"),
    kms("list tags", "list-resource-tags", "--key-id", A),
    kms("enable", "enable-key", "--key-id", A),
    kms("enable text", "enable-key", "--key-id", A, "--output", "text"),
    kms("disable with query", "disable-key", "--key-id", A, "--query", "KeyId"),
    kms("rotation status", "get-key-rotation-status", "--key-id", A),
    kms("schedule deletion", "schedule-key-deletion", "--key-id", A, "--pending-window-in-days", "7"),
    kms("schedule deletion text", "schedule-key-deletion", "--key-id", A, "--output", "text"),
    kms("cancel deletion", "cancel-key-deletion", "--key-id", A),
    kms("create alias", "create-alias", "--alias-name", "alias/a", "--target-key-id", A),
    kms("untag", "untag-resource", "--key-id", A, "--tag-keys", "a", "b"),
    kms("tag", "tag-resource", "--key-id", A, "--tags", "TagKey=a,TagValue="),
    kms("description empty", "update-key-description", "--key-id", A, "--description", ""),
    kms("grant", "create-grant", "--key-id", A, "--grantee-principal", "arn:aws:iam::111122223333:role/r", "--operations",
        "Decrypt", "RetireGrant"),
    kms("grant constraints", "create-grant", "--key-id", A, "--grantee-principal", "r", "--operations", "Decrypt", "--constraints",
        "EncryptionContextSubset={a=b,c=d}", "--name", "n", "--retiring-principal", "p", "--grant-tokens", "t"),
    kms("grant constraints json", "create-grant", "--key-id", A, "--grantee-principal", "r", "--operations", '["Encrypt","Sign"]',
        "--constraints", '{"EncryptionContextEquals": {"a": "ü"}}'),
    kms("grant constraints twice", "create-grant", "--key-id", A, "--grantee-principal", "r", "--operations", "Decrypt",
        "--constraints", "EncryptionContextSubset={a=b},EncryptionContextEquals={}"),
    kms("list grants", "list-grants", "--key-id", A),
    kms("list grants text", "list-grants", "--key-id", A, "--output", "text"),
    kms("list grants query", "list-grants", "--key-id", A, "--query", "Grants[?Constraints.EncryptionContextSubset.a=='b'].GrantId"),
    kms("list grants of one", "list-grants", "--key-id", A, "--grantee-principal", "r", "--grant-id", "abcd", "--max-items", "1"),
    kms("retire by token", "retire-grant", "--grant-token", "t"),
    kms("revoke", "revoke-grant", "--key-id", A, "--grant-id", "abcd"),
    kms("get policy query", "get-key-policy", "--key-id", A, "--policy-name", "default", "--query", "Policy", "--output", "text"),
    kms("put policy", "put-key-policy", "--key-id", A, "--policy-name", "default", "--policy", "file://policy.json",
        "--bypass-policy-lockout-safety-check"),
    kms("list policies text", "list-key-policies", "--key-id", A, "--output", "text"),
    kms("import", "import-key-material", "--key-id", A, "--import-token", "fileb://blob.bin", "--encrypted-key-material",
        "file://blob.b64", "--valid-to", "2030-01-02T03:04:05Z", "--expiration-model", "KEY_MATERIAL_EXPIRES"),
    kms("import time in epoch", "import-key-material", "--key-id", A, "--import-token", "AAEC", "--encrypted-key-material", "AAEC",
        "--valid-to", "1900000000"),
    kms("import time with offset", "import-key-material", "--key-id", A, "--import-token", "AAEC", "--encrypted-key-material",
        "AAEC", "--valid-to", "2030-01-02T03:04:05+02:00"),
    kms("import time without zone", "import-key-material", "--key-id", A, "--import-token", "AAEC", "--encrypted-key-material",
        "AAEC", "--valid-to", "2030-01-02 03:04:05"),
    kms("import date", "import-key-material", "--key-id", A, "--import-token", "AAEC", "--encrypted-key-material", "AAEC",
        "--valid-to", "2030-01-02"),
    kms("import time in yaml", "import-key-material", "--cli-input-yaml", "KeyId: k\nImportToken: !!binary AAEC\n"
        "EncryptedKeyMaterial: !!binary AAEC\nValidTo: 2030-01-02 03:04:05\n"),
    kms("delete material", "delete-imported-key-material", "--key-id", A),
    kms("replicate", "replicate-key", "--key-id", A, "--replica-region", "eu-west-1", "--tags", "TagKey=a,TagValue=1"),
    kms("replicate text", "replicate-key", "--key-id", A, "--replica-region", "eu-west-1", "--output", "text"),
    kms("primary region", "update-primary-region", "--key-id", A, "--primary-region", "eu-west-1"),
    kms("sign", "sign", "--key-id", A, "--message", "fileb://plain.txt", "--signing-algorithm", "ECDSA_SHA_256", "--message-type", "RAW"),
    kms("sign raw", "sign", "--key-id", A, "--message", "grüße", "--signing-algorithm", "ECDSA_SHA_256", "--cli-binary-format",
        "raw-in-base64-out", "--query", "Signature", "--output", "text"),
    kms("verify", "verify", "--key-id", A, "--message", "AAEC", "--signature", "fileb://blob.bin", "--signing-algorithm", "ECDSA_SHA_256"),
    kms("verify query", "verify", "--key-id", A, "--message", "AAEC", "--signature", "AAEC", "--signing-algorithm", "ECDSA_SHA_256",
        "--query", "SignatureValid", "--output", "text"),
    kms("mac", "generate-mac", "--key-id", A, "--message", "AAEC", "--mac-algorithm", "HMAC_SHA_256"),
    kms("verify mac", "verify-mac", "--key-id", A, "--message", "AAEC", "--mac", "AAEC", "--mac-algorithm", "HMAC_SHA_256"),
    kms("pair", "generate-data-key-pair", "--key-id", A, "--key-pair-spec", "ECC_NIST_P256", "--encryption-context", "a=b"),
    kms("pair text", "generate-data-key-pair", "--key-id", A, "--key-pair-spec", "ECC_NIST_P256", "--output", "text"),
    kms("key store of a cluster", "create-custom-key-store", "--custom-key-store-name", "hsm", "--cloud-hsm-cluster-id",
        "cluster-234567abcde", "--trust-anchor-certificate", "file://policy.json", "--key-store-password", "password"),
    kms("key store of a proxy", "create-custom-key-store", "--custom-key-store-name", "p", "--custom-key-store-type",
        "EXTERNAL_KEY_STORE", "--xks-proxy-authentication-credential", "AccessKeyId=ABCDEFGHIJKLMNOPQRST,RawSecretAccessKey="
        + "x" * 43, "--xks-proxy-uri-endpoint", "https://xks.example", "--xks-proxy-connectivity", "PUBLIC_ENDPOINT"),
    kms("key store credential file", "update-custom-key-store", "--custom-key-store-id", "cks-1",
        "--xks-proxy-authentication-credential", "file://xks.json"),
    kms("key stores text", "describe-custom-key-stores", "--output", "text"),
    kms("key stores query", "describe-custom-key-stores", "--query", "CustomKeyStores[].XksProxyConfiguration.AccessKeyId"),
    kms("connect", "connect-custom-key-store", "--custom-key-store-id", "cks-1"),
    kms("skeleton import", "import-key-material", "--generate-cli-skeleton"),
    kms("skeleton key store", "create-custom-key-store", "--generate-cli-skeleton"),
    kms("input json", "encrypt", "--cli-input-json", "file://input.json"),
    kms("input json overridden", "encrypt", "--cli-input-json", "file://input.json", "--key-id", "alias/other", "--encryption-context", "x=1"),
    kms("input json literal", "describe-key", "--cli-input-json", '{"KeyId": "x"}'),
    kms("input json raw", "encrypt", "--cli-input-json", '{"KeyId": "x", "Plaintext": "raw text"}', "--cli-binary-format", "raw-in-base64-out"),
    kms("input yaml", "encrypt", "--cli-input-yaml", "file://input.yaml"),
    kms("input yaml overridden", "encrypt", "--cli-input-yaml", "file://input.yaml", "--key-id", "alias/other"),
    kms("input yaml literal", "describe-key", "--cli-input-yaml", "KeyId: x"),
    kms("input yaml flow", "schedule-key-deletion", "--cli-input-yaml", "{KeyId: 'x', PendingWindowInDays: 0o7}"),
    kms("input yaml numbers", "schedule-key-deletion", "--cli-input-yaml", "KeyId: x\nPendingWindowInDays: 0x1_0"),
    kms("input yaml words", "create-key", "--cli-input-yaml", "Description: yes\nTags:\n- {TagKey: '1', TagValue: no}\nMultiRegion: True"),
    kms("input yaml alias", "re-encrypt", "--cli-input-yaml", "CiphertextBlob: !!binary AAEC\n"
        "SourceEncryptionContext: &c\n  a: b\nDestinationKeyId: k\nDestinationEncryptionContext: *c\n"),
    kms("input yaml folded", "create-key", "--cli-input-yaml", "Policy: |\n  {}\nDescription: >-\n  one\n  two\n"),
    kms("skeleton yaml", "disable-key", "--generate-cli-skeleton", "yaml-input"),
    kms("skeleton yaml tags", "tag-resource", "--generate-cli-skeleton", "yaml-input"),
    kms("skeleton yaml blob", "encrypt", "--generate-cli-skeleton", "yaml-input"),
    kms("skeleton output yaml", "cancel-key-deletion", "--key-id", A, "--generate-cli-skeleton", "output", "--output", "yaml"),
    kms("skeleton disable", "disable-key", "--generate-cli-skeleton"),
    kms("skeleton aliases", "list-aliases", "--generate-cli-skeleton", "input"),
    kms("skeleton tags", "tag-resource", "--generate-cli-skeleton"),
    kms("skeleton create alias", "create-alias", "--generate-cli-skeleton"),
    kms("skeleton decrypt", "decrypt", "--generate-cli-skeleton"),
    kms("skeleton output", "list-keys", "--generate-cli-skeleton", "output"),
    kms("skeleton of no output", "delete-alias", "--alias-name", "alias/x", "--generate-cli-skeleton", "output"),
]

ENCRYPT = ["--key-id", A, "--plaintext", "QQ=="]
EACH = [
    ["create-key"], ["describe-key", "--key-id", A], ["list-keys"], ["list-aliases"], ["list-resource-tags", "--key-id", A],
    ["create-alias", "--alias-name", "alias/a", "--target-key-id", A], ["encrypt", *ENCRYPT], ["decrypt", *BLOB],
    ["re-encrypt", *BLOB, "--destination-key-id", A], ["generate-data-key", "--key-id", A, "--key-spec", "AES_256"],
    ["generate-data-key-without-plaintext", "--key-id", A, "--key-spec", "AES_256"], ["generate-random", "--number-of-bytes", "3"],
    ["get-public-key", "--key-id", A], ["get-key-rotation-status", "--key-id", A], ["schedule-key-deletion", "--key-id", A],
    ["cancel-key-deletion", "--key-id", A], ["enable-key", "--key-id", A], ["list-grants", "--key-id", A],
    ["describe-custom-key-stores"], ["get-key-policy", "--key-id", A, "--policy-name", "default"],
    ["get-parameters-for-import", "--key-id", A, "--wrapping-algorithm", "RSAES_OAEP_SHA_256", "--wrapping-key-spec", "RSA_2048"],
    ["replicate-key", "--key-id", A, "--replica-region", "eu-west-1"],
    ["generate-data-key-pair", "--key-id", A, "--key-pair-spec", "ECC_NIST_P256"],
]
SHARED = "[KeyMetadata.EncryptionAlgorithms, KeyMetadata.EncryptionAlgorithms]"
GOOD += [kms(f"{words[0]} as {form}", *words, "--output", form) for words in EACH for form in ("table", "yaml", "yaml-stream")]
GOOD += [kms(f"{name} as {form}", *words, "--output", form) for form in ("table", "yaml", "yaml-stream") for name, words in [
    ("page size", ["list-keys", "--page-size", "2"]), ("max items", ["list-keys", "--max-items", "3"]),
    ("max items in a page", ["list-keys", "--page-size", "4", "--max-items", "3"]),
    ("going on", ["list-keys", "--starting-token", "eyJNYXJrZXIiOiAiMiIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9"]),
    ("no paginate", ["list-keys", "--no-paginate"]), ("one key", ["list-keys", "--query", "Keys[0]"]),
    ("names", ["list-keys", "--query", "Keys[].KeyId"]), ("pairs", ["list-keys", "--query", "Keys[].[KeyId,KeyArn]"]),
    ("nothing", ["list-keys", "--query", "Nothing"]), ("no keys", ["list-keys", "--query", "Keys[?KeyId=='x']"]),
    ("a text", ["list-keys", "--query", "Keys[0].KeyArn"]), ("a number", ["list-keys", "--query", "length(Keys)"]),
    ("an empty map", ["list-keys", "--query", "{a: `{}`, b: `[]`, c: {d: {e: [[`1`, `null`], `[]`]}}}"]),
    ("a truth value", ["describe-key", "--key-id", A, "--query", "KeyMetadata.Enabled"]),
    ("twice the same", ["describe-key", "--key-id", A, "--query", SHARED]),
    ("renamed", ["describe-key", "--key-id", A, "--query", "{Z: KeyMetadata.Arn, 'odd name: x': KeyMetadata.Description}"]),
    ("rows of other lengths", ["list-keys", "--query", "[[`1`,`2`],[`3`]]"]), ("aliases in colour", ["list-aliases", "--color", "on"]),
]]
