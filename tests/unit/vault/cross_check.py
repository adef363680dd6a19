# SPDX-License-Identifier: Apache-2.0
"""Checks with Python's cryptography what a vault made, and makes what the vault must take. No code is shared.

cross_check.py   reads one JSON document from standard input, writes one to standard output; bytes are in hex:
in   signatures [{algorithm, spki, message, signature}], encryptors [spki of RSA], agreements [spki of a curve],
     pairs [{pkcs8, spki}]
out  ciphertexts [{spki, hash, ciphertext, plaintext}], agreements [{spki, peer, secret}], signatures as above by keys
     of its own, macs [{hash, key, message, tag}]
It ends with a traceback, and not with 0, at the first thing that does not check.
"""

import hashlib
import hmac
import json
import os
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

HASHES = {"1": hashes.SHA1(), "256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
SPKI = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def public(spki):
    return serialization.load_der_public_key(bytes.fromhex(spki))


def spki_of(key):
    return key.public_bytes(*SPKI).hex()


def rsa_scheme(algorithm):
    chosen = HASHES[algorithm[-3:]]
    if "PSS" in algorithm:  # the salt is as long as the hash, not as long as it can be
        return padding.PSS(mgf=padding.MGF1(chosen), salt_length=chosen.digest_size), chosen
    return padding.PKCS1v15(), chosen


def verify(item):
    key = public(item["spki"])
    signature, message = bytes.fromhex(item["signature"]), bytes.fromhex(item["message"])
    if isinstance(key, ed25519.Ed25519PublicKey):
        key.verify(signature, message)
    elif isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, message, *rsa_scheme(item["algorithm"]))
    else:
        key.verify(signature, message, ec.ECDSA(HASHES[item["algorithm"][-3:]]))


def own_signatures():
    message = b"signed by Python"
    made = []

    def note(algorithm, key, signature):
        made.append({"algorithm": algorithm, "spki": spki_of(key.public_key()), "message": message.hex(),
                     "signature": signature.hex()})

    key = rsa.generate_private_key(65537, 2048)
    for form in ("PSS", "PKCS1_V1_5"):
        for size in ("256", "384", "512"):
            algorithm = f"RSASSA_{form}_SHA_{size}"
            note(algorithm, key, key.sign(message, *rsa_scheme(algorithm)))
    for curve, size in ((ec.SECP256R1(), "256"), (ec.SECP384R1(), "384"), (ec.SECP521R1(), "512"),
                        (ec.SECP256K1(), "256")):
        key = ec.generate_private_key(curve)
        note("ECDSA_SHA_" + size, key, key.sign(message, ec.ECDSA(HASHES[size])))
    key = ed25519.Ed25519PrivateKey.generate()
    note("ED25519_SHA_512", key, key.sign(message))
    return made


def ciphertexts(spkis):
    made = []
    for spki in spkis:
        for size in ("1", "256"):
            chosen = HASHES[size]
            form = padding.OAEP(mgf=padding.MGF1(chosen), algorithm=chosen, label=None)
            text = b"sealed by Python"
            made.append({"spki": spki, "hash": size, "plaintext": text.hex(),
                         "ciphertext": public(spki).encrypt(text, form).hex()})
    return made


def agreements(spkis):
    made = []
    for spki in spkis:
        theirs = public(spki)
        own = ec.generate_private_key(theirs.curve)
        made.append({"spki": spki, "peer": spki_of(own.public_key()),
                     "secret": own.exchange(ec.ECDH(), theirs).hex()})
    return made


def macs():
    made = []
    for size in ("224", "256", "384", "512"):
        key, message = os.urandom(int(size) // 8), os.urandom(100)
        tag = hmac.new(key, message, getattr(hashlib, "sha" + size)).digest()
        made.append({"hash": size, "key": key.hex(), "message": message.hex(), "tag": tag.hex()})
    return made


def main():
    given = json.load(sys.stdin)
    for item in given["signatures"]:
        verify(item)
    for pair in given["pairs"]:
        private = serialization.load_der_private_key(bytes.fromhex(pair["pkcs8"]), password=None)
        assert spki_of(private.public_key()) == pair["spki"], "a private key has another public key"
    json.dump({"ciphertexts": ciphertexts(given["encryptors"]), "agreements": agreements(given["agreements"]),
               "signatures": own_signatures(), "macs": macs()}, sys.stdout)


main()
