# SPDX-License-Identifier: Apache-2.0
# An independent writer and reader of SOPS documents after sops's published rules: values AES-256-GCM with
# 32-byte nonces and their path as additional data, the MAC a SHA-512 over all values in order with
# `lastmodified` as additional data, key groups by Shamir's scheme over GF(256). Its KMS is a stand-in that binds
# key and context, so that a ciphertext under another key or context does not open.
#   sops_rules.py make DIR          fixtures into DIR, and DIR/moves: old and new ciphertext of every entry
#   sops_rules.py check DIR [OLD]   every entry opens, every value and the MAC hold; against OLD: nothing else changed
import base64
import hashlib
import json
import os
import re
import sys

import yaml
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

OLD = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555"
SECOND = "arn:aws:kms:us-east-1:111122223333:alias/second"
NEW = "arn:aws:kms:eu-central-1:111122223333:key/99999999-8888-7777-6666-555555555555"
MODIFIED = "2024-05-06T07:08:09Z"
VALUE = re.compile(r"^ENC\[AES256_GCM,data:(.*),iv:(.+),tag:(.+),type:(.+)\]$", re.S)

def b64(data):
    return base64.b64encode(data).decode()

# -- the stand-in for KMS: ciphertexts of the shape that AWS KMS makes --

def der(tag, *parts):
    content = b"".join(parts)
    length = bytes([len(content)]) if len(content) < 128 else bytes([0x81, len(content)])
    return bytes([tag]) + length + content

def kms_key(arn):
    return hashlib.sha256(b"stand-in " + arn.encode()).digest()

def context_bytes(context):
    return json.dumps(sorted((context or {}).items())).encode()

def kms_encrypt(arn, context, plaintext):
    nonce = os.urandom(12)
    sealed = AESGCM(kms_key(arn)).encrypt(nonce, plaintext, context_bytes(context))
    gcm = der(0x30, der(0x06, bytes.fromhex("60864801650304012e")), der(0x30, der(0x04, nonce), der(0x02, b"\x10")))
    info = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010701")), gcm, der(0x80, sealed))
    cms = der(0x30, der(0x06, bytes.fromhex("2a864886f70d010706")), der(0xA0, der(0x30, der(0x02, b"\x00"), info)))
    head = bytes([1, 2, 2, 0, 0x78]) + hashlib.sha256(arn.encode()).digest() + b"\x01" + os.urandom(16)
    return head + len(cms).to_bytes(4, "big") + cms

def kms_decrypt(arn, context, blob):
    cms = blob[58:]
    nonce = cms[cms.index(b"\x04\x0c") + 2:][:12]
    at = cms.index(b"\x02\x01\x10\x80") + 4
    at += 2 if cms[at] == 0x81 else 1
    return AESGCM(kms_key(arn)).decrypt(nonce, cms[at:], context_bytes(context))

# -- Shamir's scheme as sops uses it: byte by byte over GF(256), the last byte of a share is x --

def gf_mul(a, b):
    result = 0
    while b:
        result ^= a if b & 1 else 0
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return result

def gf_inverse(a):
    result = 1
    for _ in range(254):
        result = gf_mul(result, a)
    return result

def split(secret, count):
    """Every share is needed (a polynomial of degree count - 1)."""
    rows = [[byte] + list(os.urandom(count - 1)) for byte in secret]
    shares = []
    for x in range(1, count + 1):
        share = bytearray()
        for row in rows:
            value = 0
            for coefficient in reversed(row):
                value = gf_mul(value, x) ^ coefficient
            share.append(value)
        shares.append(bytes(share) + bytes([x]))
    return shares

def combine(shares):
    secret = bytearray()
    for i in range(len(shares[0]) - 1):
        value = 0
        for share in shares:
            term = share[i]
            for other in shares:
                if other is not share:
                    term = gf_mul(term, gf_mul(other[-1], gf_inverse(other[-1] ^ share[-1])))
            value ^= term
        secret.append(value)
    return bytes(secret)

# -- values and the MAC --

def value_bytes(value):
    if isinstance(value, bool):
        return b"True" if value else b"False"
    if isinstance(value, float):
        return (str(int(value)) if value == int(value) else repr(value)).encode()
    return str(value).encode()

TYPES = {str: "str", int: "int", float: "float", bool: "bool"}
READERS = {"str": str, "int": int, "float": float, "bool": lambda text: text == "True", "comment": str}

def seal(key, value, path, kind=None):
    if value == "":
        return ""
    nonce = os.urandom(32)
    sealed = AESGCM(key).encrypt(nonce, value_bytes(value), (":".join(path) + ":").encode())
    return "ENC[AES256_GCM,data:%s,iv:%s,tag:%s,type:%s]" % (
        b64(sealed[:-16]), b64(nonce), b64(sealed[-16:]), kind or TYPES[type(value)])

def unseal(key, text, additional):
    data, nonce, tag, kind = VALUE.match(text).groups()
    plain = AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(data) + base64.b64decode(tag), additional)
    return READERS[kind](plain.decode())

def is_plain(path):
    return any(part.endswith("_unencrypted") for part in path)

def walk(node, path, visit):
    """Every leaf in order; lists add nothing to the path."""
    if isinstance(node, dict):
        return {name: walk(value, path + [str(name)], visit) for name, value in node.items()}
    if isinstance(node, list):
        return [walk(value, path, visit) for value in node]
    return visit(node, path)

def encrypted_tree(tree, key):
    mac = hashlib.sha512()
    def visit(value, path):
        mac.update(value_bytes(value))
        return value if is_plain(path) else seal(key, value, path)
    return walk(tree, [], visit), mac.hexdigest().upper()

def check_tree(tree, key, metadata):
    mac = hashlib.sha512()
    def visit(value, path):
        if not is_plain(path) and value != "":
            value = unseal(key, value, (":".join(path) + ":").encode())
        mac.update(value_bytes(value))
        return value
    plain = walk(tree, [], visit)
    expected = unseal(key, metadata["mac"], metadata["lastmodified"].encode())
    assert mac.hexdigest().upper() == expected, "the MAC does not hold"
    return plain

# -- fixtures --

TREE = {"db": {"user": "shop", "password": "pa\u00df w\u00f6rt \u20ac \U0001f600", "port": 5432, "ratio": 0.25, "tls": True},
        "hosts": ["a.example", "b.example"], "empty": "", "note_unencrypted": "yes", "version_unencrypted": 1.0,
        "text": "two\nlines"}
FLAT = {"USER": "shop", "PASSWORD": "pa\u00df=w\u00f6rt # x", "URL_unencrypted": "https://x/?a=b", "EMPTY": ""}
SECTIONS = {"app": {"user": "shop", "password": "\u20ac secret"}, "gr\u00fcn": {"k_unencrypted": "v"}}

class Maker:
    def __init__(self):
        self.moves = []

    def entry(self, arn, key, context=None, role=None):
        old = kms_encrypt(arn, context, key)
        self.moves.append((b64(old), b64(kms_encrypt(NEW, context, key))))
        entry = {"arn": arn}
        if role:
            entry["role"] = role
        if context:
            entry["context"] = context
        entry.update({"created_at": "2024-01-02T03:04:05Z", "enc": b64(old), "aws_profile": ""})
        return entry

    def metadata(self, key, mac, groups=False):
        context = {"app": "shop", "gr\u00fcn": "\u00e4 b"}
        others = {"gcp_kms": [], "azure_kv": [], "hc_vault": [],
                  "age": [{"recipient": "age1xyz", "enc": "-----BEGIN AGE ENCRYPTED FILE-----\nAQICAHh\n-----END AGE ENCRYPTED FILE-----\n"}]}
        sops = {}
        if groups:
            shares = split(key, 2)
            sops["shamir_threshold"] = 2
            sops["key_groups"] = [
                {"kms": [self.entry(OLD, shares[0]), self.entry(SECOND, shares[0])], "hc_vault": [], "age": []},
                {"kms": [self.entry(OLD, shares[1], context, "arn:aws:iam::1:role/x")], "hc_vault": [], "age": []}]
            sops["kms"] = []
        else:
            sops["kms"] = [self.entry(OLD, key, context), self.entry(SECOND, key), self.entry(OLD, key)]
        sops.update(others)
        sops["lastmodified"] = MODIFIED
        sops["mac"] = seal_mac(key, mac)
        sops["pgp"] = [{"created_at": "2024-01-01T00:00:00Z", "enc": "-----BEGIN PGP MESSAGE-----\n\nhQIMA\n-----END PGP MESSAGE-----", "fp": "ABCD"}]
        sops["unencrypted_suffix"] = "_unencrypted"
        sops["version"] = "3.9.0"
        return sops

def seal_mac(key, mac):
    nonce = os.urandom(32)
    sealed = AESGCM(key).encrypt(nonce, mac.encode(), MODIFIED.encode())
    return "ENC[AES256_GCM,data:%s,iv:%s,tag:%s,type:str]" % (b64(sealed[:-16]), b64(nonce), b64(sealed[-16:]))

def as_yaml(tree, comment):
    """As sops writes it: four blanks, long lines, block texts."""
    class Dumper(yaml.SafeDumper):
        def increase_indent(self, flow=False, indentless=False):
            return super().increase_indent(flow, False)
    def text(dumper, value):
        style = "|" if "\n" in value else None
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)
    Dumper.add_representer(str, text)
    body = yaml.dump(tree, Dumper=Dumper, sort_keys=False, allow_unicode=True, indent=4, width=100000)
    return "#" + comment + "\n" + body.replace("\nsops:\n", "\n# kept: caf\u00e9\nsops:\n")

def flat(value, name, out):
    if isinstance(value, dict):
        for key, inner in value.items():
            flat(inner, name + ("__map_" if name else "") + key, out)
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            flat(inner, name + "__list_" + str(i), out)
    else:
        out[name] = str(value).replace("\n", "\\n")
    return out

def make(folder):
    maker = Maker()
    def put(name, text, end="\n"):
        with open(os.path.join(folder, name), "w", encoding="utf-8", newline="") as file:
            file.write(text.replace("\n", end))
    for groups in (False, True):
        suffix = "-groups" if groups else ""
        key = os.urandom(32)
        tree, mac = encrypted_tree(TREE, key)
        document = dict(tree, sops=maker.metadata(key, mac, groups))
        text = as_yaml(document, seal(key, "a secret comment", [], "comment"))
        put("tree%s.yaml" % suffix, text)
        put("crlf%s.yaml" % suffix, text, "\r\n")
        put("bom%s.yaml" % suffix, "\ufeff" + text)
        put("several%s.yaml" % suffix, text + "---\n" + text)
        put("flow%s.yaml" % suffix, json.dumps(document, ensure_ascii=False) + "\n")
        put("tree%s.json" % suffix, json.dumps(document, ensure_ascii=False, indent="\t"))
        put("escaped%s.json" % suffix, json.dumps(document).replace("/", "\\/"))
        binary, mac = encrypted_tree({"data": "any \u20ac bytes\nof a file"}, key)
        put("binary%s.pem" % suffix, json.dumps(dict(binary, sops=maker.metadata(key, mac, groups)), indent="\t"))
        lines, mac = encrypted_tree(FLAT, key)
        sops = flat(maker.metadata(key, mac, groups), "", {})
        env = "".join("%s=%s\n" % pair for pair in lines.items()) + "#" + seal(key, "c", [], "comment") + "\n"
        put("lines%s.env" % suffix, env + "".join("sops_%s=%s\n" % pair for pair in sorted(sops.items())))
        sections, mac = encrypted_tree(SECTIONS, key)
        sops = flat(maker.metadata(key, mac, groups), "", {})
        ini = "".join("[%s]\n; kept\n%s\n" % (name, "".join("%s = %s\n" % pair for pair in inner.items()))
                      for name, inner in sections.items())
        put("sections%s.ini" % suffix, ini + "[sops]\n" + "".join("%-40s = %s\n" % pair for pair in sops.items()))
    put("moves", "".join("%s %s\n" % pair for pair in maker.moves))

# -- reading --

def unflat(lines):
    root = {}
    for name, value in lines.items():
        parts = re.split(r"__(map|list)_", name)
        place, key = root, parts[0]
        for kind, part in zip(parts[1::2], parts[2::2]):
            place = place.setdefault(key, {})
            key = int(part) if kind == "list" else part
        place[key] = value.replace("\\n", "\n")
    def lists(node):
        if not isinstance(node, dict):
            return node
        if node and all(isinstance(key, int) for key in node):
            return [lists(node[key]) for key in sorted(node)]
        return {key: lists(value) for key, value in node.items()}
    return lists(root)

def read(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    if path.endswith(".yaml"):
        return list(yaml.safe_load_all(text))
    if path.endswith(".env"):
        lines = dict(line.split("=", 1) for line in text.splitlines() if line and line[0] != "#")
        sops = unflat({name[5:]: value for name, value in lines.items() if name.startswith("sops_")})
        return [dict({name: value for name, value in lines.items() if not name.startswith("sops_")}, sops=sops)]
    if path.endswith(".ini"):
        sections = {}
        for line in text.splitlines():
            if line.startswith("["):
                section = sections.setdefault(line[1:-1], {})
            elif line and line[0] != ";":
                name, value = line.split("=", 1)
                section[name.strip()] = value.strip()
        return [dict(sections, sops=unflat(sections["sops"]))]
    return [json.loads(text)]

def groups_of(sops):
    return [sops["kms"]] if sops.get("kms") else [group["kms"] for group in sops["key_groups"]]

def open_document(document):
    sops = document["sops"]
    secrets = []
    for group in groups_of(sops):
        found = {kms_decrypt(entry["arn"], entry.get("context"), base64.b64decode(entry["enc"])) for entry in group}
        assert len(found) == 1, "the entries of a group hold different keys"
        secrets.append(found.pop())
    key = secrets[0] if len(secrets) == 1 else combine(secrets)
    return check_tree({name: value for name, value in document.items() if name != "sops"}, key, sops)

def without_what_may_change(document):
    copy = json.loads(json.dumps(document, default=str))
    for group in groups_of(copy["sops"]):
        for entry in group:
            for name in ("arn", "enc", "created_at"):
                entry.pop(name)
    return copy

def check(path, old=None):
    documents = read(path)
    values = [open_document(document) for document in documents]
    with open(path, encoding="utf-8-sig") as file:
        comments = re.findall(r"#(ENC\[.*\])", file.read())
    for comment in comments:
        assert VALUE.match(comment), "a comment was damaged"
    if old:
        before = read(old)
        assert values == [open_document(document) for document in before], "values differ"
        assert [without_what_may_change(d) for d in documents] == [without_what_may_change(d) for d in before]
        for now, then in zip(documents, before):
            for group, group_before in zip(groups_of(now["sops"]), groups_of(then["sops"])):
                for entry, entry_before in zip(group, group_before):
                    moved = entry_before["arn"] == OLD
                    assert entry["arn"] == (NEW if moved else entry_before["arn"]), "the wrong entry was moved"
                    assert (entry["enc"] != entry_before["enc"]) == moved, "the wrong enc was changed"
                    assert (entry["created_at"] != entry_before["created_at"]) == moved, "the wrong time was changed"

if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        for name in sorted(os.listdir(sys.argv[2])):
            if name != "moves":
                check(*[os.path.join(folder, name) for folder in sys.argv[2:]])
                print("holds:", name)
