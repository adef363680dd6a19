# SPDX-License-Identifier: Apache-2.0
"""Reads a vault by core/vault/FORMAT.md alone, with Python's sqlite3, hashlib and cryptography.

read_vault.py FILE passphrase|keychain|recovery SECRET   (the secret in hex)
prints every row and log record, after checking slots, rows, root and chain. It shares no code with Keyturn: what it
can read is what the page says.
"""

import hashlib
import hmac
import sqlite3
import struct
import sys
from collections import defaultdict

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = struct.pack(">H", 1)


def kbkdf(key, label, context, size):
    out = b""
    for counter in range(1, -(-size // 32) + 1):
        block = struct.pack(">I", counter) + label + b"\0" + context + struct.pack(">I", size * 8)
        out += hmac.new(key, block, "sha256").digest()
    return out[:size]


def open_sealed(key, label, binding, sealed):
    n, iv, commitment = sealed[:16], sealed[16:28], sealed[28:60]
    derived = kbkdf(key, label, n, 64)
    assert hmac.compare_digest(derived[32:], commitment), "commitment"
    return AESGCM(derived[:32]).decrypt(iv, sealed[60:], binding + sealed[:60])


def slot_secret(kind, secret, body):
    kdf, a, b, c = struct.unpack_from(">BIII", body, 3)
    if kind == "passphrase":
        assert kdf == 2, "this reader knows scrypt only"
        return hashlib.scrypt(secret, salt=body[16:32], n=1 << a, r=b, p=c, maxmem=1 << 30, dklen=32)
    return secret


def vault_key(db, vault, kind, secret):
    wanted = {"passphrase": 1, "keychain": 2, "recovery": 3}[kind]
    for number, body in db.execute("SELECT id, body FROM slots ORDER BY id"):
        version, kind_of_slot = struct.unpack_from(">HB", body)
        if version == 1 and kind_of_slot == wanted:
            slot = struct.pack(">I", number)
            size = struct.unpack_from(">H", body, 44)[0]
            clear, wrapped = body[: 46 + size], body[48 + size :]
            kek = kbkdf(slot_secret(kind, secret, body), b"kv1/slot-kek", vault + slot + body[16:32], 32)
            return open_sealed(kek, b"kv1/wrap", b"kv1/slot" + vault + FORMAT + slot + clear, wrapped)
    raise SystemExit("no such slot")


class Vault:
    def __init__(self, path, kind, secret):
        self.db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        assert self.db.execute("PRAGMA application_id").fetchone()[0] == 0x4B54564C
        assert self.db.execute("PRAGMA user_version").fetchone()[0] == 1
        self.header = self.db.execute("SELECT body FROM header WHERE id=1").fetchone()[0]
        assert self.header[:14] == b"KTVAULT\0" + FORMAT * 3
        self.vault = self.header[14:]
        vk = vault_key(self.db, self.vault, kind, secret)
        self.keys = {
            label: kbkdf(vk, b"kv1/" + label, self.vault + struct.pack(">I", 1), 32)
            for label in (b"rows", b"root", b"audit")
        }

    def row(self, table, pk, version, epoch, sealed):
        place = struct.pack(">HH", table, len(pk)) + pk + struct.pack(">QI", version, epoch)
        return open_sealed(self.keys[b"rows"], b"kv1/row", b"kv1/row" + self.vault + FORMAT + place, sealed)

    def element(self, table, pk, version, epoch, mark):
        place = struct.pack(">HH", table, len(pk)) + pk + struct.pack(">QI", version, epoch)
        return int.from_bytes(hmac.new(self.keys[b"root"], place + mark, "sha256").digest(), "big")


def check_root(vault, sums):
    generation, epoch, sealed = vault.db.execute("SELECT generation, epoch, sealed FROM state WHERE id=1").fetchone()
    root = vault.row(0, b"root", generation, epoch, sealed)
    assert root[:32] == struct.pack(">H", 1) + vault.header
    assert struct.unpack_from(">QI", root, 32) == (generation, epoch)
    features = struct.unpack_from(f">{root[52]}H", root, 53)
    assert features in ((), (2,)), "critical features"
    at, found = 55 + 2 * len(features), {}
    for _ in range(struct.unpack_from(">H", root, at - 2)[0]):
        table, rows = struct.unpack_from(">HQ", root, at)
        found[table] = (rows, int.from_bytes(root[at + 10 : at + 42], "big"))
        at += 42
    assert found == {table: (count, total % (1 << 256)) for table, (count, total) in sums.items()}, "sums"
    pages, records = struct.unpack_from(">QQ", root, at)
    return pages, records, root[at + 16 : at + 48]


def texts(record):
    at, out = 17, []
    for _ in range(8):
        size = struct.unpack_from(">H", record, at)[0]
        out.append(record[at + 2 : at + 2 + size])
        at += 2 + size
    assert record[0] == 1 and at == len(record)
    return out


def check_log(vault, pages, records, head):
    h, number = bytes(32), 0
    stored = vault.db.execute("SELECT page, version, epoch, sealed FROM log_pages ORDER BY page").fetchall()
    assert [row[0] for row in stored] == list(range(1, pages + 1)), "pages"
    for page, version, epoch, sealed in stored:
        clear = vault.row(3, struct.pack(">Q", page), version, epoch, sealed)
        first, count = struct.unpack_from(">QH", clear, 1)
        assert clear[0] == 1 and first == number + 1 and clear[11:43] == h, "page"
        at = 43
        for _ in range(count):
            size = struct.unpack_from(">H", clear, at)[0]
            record = clear[at + 2 : at + 2 + size]
            number, at = number + 1, at + 2 + size
            h = hmac.new(vault.keys[b"audit"], b"kv1/log" + struct.pack(">Q", number) + h + record, "sha256").digest()
            print("log", number, *(text.hex() or "-" for text in texts(record)), h.hex())
        assert clear[at:] == h, "end of page"
    assert (number, h) == (records, head), "head"


def main():
    path, kind, secret = sys.argv[1:]
    vault = Vault(path, kind, bytes.fromhex(secret))
    sums = defaultdict(lambda: (0, 0))

    def add(table, element):
        count, total = sums[table]
        sums[table] = (count + 1, total + element)

    for number, body in vault.db.execute("SELECT id, body FROM slots"):
        add(2, vault.element(2, struct.pack(">I", number), 0, 0, hashlib.sha256(body).digest()))
    for table, pk, version, epoch, sealed in vault.db.execute("SELECT tbl, pk, version, epoch, sealed FROM rows"):
        print("row", table, pk.hex(), version, vault.row(table, pk, version, epoch, sealed).hex())
        add(table, vault.element(table, pk, version, epoch, sealed[-16:]))
    check_log(vault, *check_root(vault, sums))


main()
