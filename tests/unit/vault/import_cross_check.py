# SPDX-License-Identifier: Apache-2.0
"""Imports seen from outside, with Python's cryptography alone: wraps key material, and checks with the key in hand what the
vault makes of it. No code is shared; the blob is read by core/blob/FORMAT.md.

import_cross_check.py wrap    in   [{spec, algorithm, spki}]                      (bytes are in hex)
                              out  [{wrapped, key}]                               key: raw, or PKCS#8
import_cross_check.py check   in   [{key, act, ...}]: seal {blob, context, plaintext, again}, mac {hash, message, tag},
                                   sign {algorithm, message, signature, spki}, encrypt {}
                              out  [{blob | ciphertext | nothing}]: a blob of `again` with the header of `blob`; a ciphertext
It ends with a traceback, and not with 0, at the first thing that does not check.
"""

import hashlib
import hmac
import json
import os
import struct
import sys

from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

CURVES = {"ECC_NIST_P256": ec.SECP256R1, "ECC_NIST_P384": ec.SECP384R1, "ECC_NIST_P521": ec.SECP521R1,
          "ECC_SECG_P256K1": ec.SECP256K1}
PKCS8 = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def material(spec):
    if spec == "SYMMETRIC_DEFAULT":
        return os.urandom(32)
    if spec.startswith("HMAC_"):
        return os.urandom(int(spec[5:]) // 8)
    if spec.startswith("RSA_"):
        return rsa.generate_private_key(65537, int(spec[4:])).private_bytes(*PKCS8)
    if spec == "ECC_NIST_EDWARDS25519":
        return ed25519.Ed25519PrivateKey.generate().private_bytes(*PKCS8)
    return ec.generate_private_key(CURVES[spec]()).private_bytes(*PKCS8)


def wrap(item):
    key, public = material(item["spec"]), serialization.load_der_public_key(bytes.fromhex(item["spki"]))
    chosen = hashes.SHA1() if item["algorithm"].endswith("SHA_1") else hashes.SHA256()
    oaep = padding.OAEP(mgf=padding.MGF1(chosen), algorithm=chosen, label=None)
    if item["algorithm"].startswith("RSAES_OAEP"):
        return {"key": key.hex(), "wrapped": public.encrypt(key, oaep).hex()}
    aes = os.urandom(32)
    return {"key": key.hex(), "wrapped": (public.encrypt(aes, oaep) + keywrap.aes_key_wrap_with_padding(aes, key)).hex()}


def kbkdf(key, label, context, size):
    blocks = (hmac.new(key, struct.pack(">I", count) + label + b"\0" + context + struct.pack(">I", size * 8), "sha256").digest()
              for count in range(1, -(-size // 32) + 1))
    return b"".join(blocks)[:size]


def canonical(context):
    out = struct.pack(">I", len(context))
    for name, value in sorted((k.encode(), v.encode()) for k, v in context.items()):
        out += struct.pack(">I", len(name)) + name + struct.pack(">I", len(value)) + value
    return out


def check_seal(item, key):
    blob, context = bytes.fromhex(item["blob"]), canonical(item["context"])
    assert blob[:4] == b"KTCB"
    derived = kbkdf(key, b"kv1/blob", blob[52:68], 64)
    assert hmac.compare_digest(derived[32:], blob[80:112]), "commitment"
    opened = AESGCM(derived[:32]).decrypt(blob[68:80], blob[112:], blob[:112] + context)
    assert opened == bytes.fromhex(item["plaintext"]), "plaintext"
    nonce, iv = os.urandom(16), os.urandom(12)
    derived = kbkdf(key, b"kv1/blob", nonce, 64)
    header = blob[:52] + nonce + iv + derived[32:]
    return {"blob": (header + AESGCM(derived[:32]).encrypt(iv, bytes.fromhex(item["again"]), header + context)).hex()}


def check_mac(item, key):
    tag = hmac.new(key, bytes.fromhex(item["message"]), getattr(hashlib, "sha" + item["hash"])).hexdigest()
    assert tag == item["tag"], "tag"
    return {}


def check_signature(item, key):
    public = serialization.load_der_private_key(key, password=None).public_key()
    assert public.public_bytes(*SPKI).hex() == item["spki"], "public key"
    signature, message, chosen = bytes.fromhex(item["signature"]), bytes.fromhex(item["message"]), None
    if item["algorithm"] != "ED25519_SHA_512":
        chosen = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}[item["algorithm"][-3:]]
    if isinstance(public, ed25519.Ed25519PublicKey):
        public.verify(signature, message)
    elif isinstance(public, rsa.RSAPublicKey):
        public.verify(signature, message, padding.PSS(mgf=padding.MGF1(chosen), salt_length=chosen.digest_size), chosen)
    else:
        public.verify(signature, message, ec.ECDSA(chosen))
    return {}


def make_ciphertext(_item, key):
    public, chosen = serialization.load_der_private_key(key, password=None).public_key(), hashes.SHA256()
    oaep = padding.OAEP(mgf=padding.MGF1(chosen), algorithm=chosen, label=None)
    return {"ciphertext": public.encrypt(b"from Python", oaep).hex()}


ACTS = {"seal": check_seal, "mac": check_mac, "sign": check_signature, "encrypt": make_ciphertext}

items = json.load(sys.stdin)
if sys.argv[1] == "wrap":
    json.dump([wrap(item) for item in items], sys.stdout)
else:
    json.dump([ACTS[item["act"]](item, bytes.fromhex(item["key"])) for item in items], sys.stdout)
