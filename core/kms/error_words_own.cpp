// SPDX-License-Identifier: Apache-2.0
#include "kms/error_words.h"

namespace keyturn::kms {
namespace {

using enum ErrorCode;

constexpr ErrorWords rows[] = {
    {HostNotFound, "The endpoint's name was not found", "No address is known for the host of the endpoint.",
     "Check the endpoint's address and that this computer is online.", NextStep::Retry},
    {ConnectionFailed, "The endpoint cannot be reached",
     "The connection was refused or broke off before the request was sent.",
     "Check address, port and network, then try again.", NextStep::Retry},
    {TlsFailed, "The connection is not secure",
     "The certificate of the endpoint does not verify, so nothing was sent.",
     "Check the address; if the service uses its own certificate authority, choose its CA bundle.",
     NextStep::ChooseCaBundle},
    {TimedOut, "No answer in time", "The endpoint did not answer, and nothing can have happened there.",
     "Try again; the time-out can be raised in the profile.", NextStep::Retry},
    {OutcomeUnknown, "It is not known whether it was done",
     "The request was sent and its answer was lost: the service may have carried it out.",
     "Look at the key's state before you try again."},
    {Redirected, "The endpoint points elsewhere",
     "It answered with a redirect, which Keyturn does not follow with signed requests.",
     "Enter the final address of the service as the endpoint.", NextStep::FixInput},
    {BadReply, "The answer cannot be understood", "What came back is no valid reply of this operation.",
     "Check that the address is that of a KMS, not of a web site or a sign-in page."},
    {ReplyTooLarge, "The answer is too large", "It is longer than any reply of this operation can be.",
     "Check that the address is that of a KMS."},
    {InsecureEndpoint, "The endpoint is not encrypted",
     "Plain http is allowed to this computer only, for everybody on the way could read along.",
     "Use an https address.", NextStep::FixInput},

    {Usage, "The input is not usable", "A value is missing, or does not fit its place.",
     "Mend the value and try again.", NextStep::FixInput},
    {Configuration, "The configuration is not usable", "A setting or a file of settings has a fault.",
     "Mend the setting and try again."},
    {NoCredentials, "There are no credentials",
     "No place that this profile looks in holds an access key and a secret.",
     "Enter credentials for the profile; they go to the keychain.", NextStep::EnterCredentials},
    {NoRegion, "No Region is set", "Neither the profile nor the environment names a Region.",
     "Choose a Region for the profile.", NextStep::ChooseRegion},
    {ProfileNotFound, "The profile was not found", "There is no profile of that name.",
     "Choose one of the existing profiles, or add it."},
    {OtherRegion, "The key is in another Region",
     "A connection serves the keys of one Region, and this key's ARN names another; nothing was sent.",
     "Connect to the Region of the key.", NextStep::ChooseRegion},
    {ReadOnly, "This connection is read-only", "It was opened so that nothing can be changed through it.",
     "Open it for writing, then try again."},
    {SafetyRefused, "The profile's safety rules refuse this",
     "The profile was set up so that acts of this kind are confirmed or not done at all; nothing was sent.",
     "Confirm the act, or change the safety rules of the profile."},
    {Cancelled, "Stopped", "You stopped it before it was done.", ""},

    {FileNotFound, "The file was not found", "There is no file at that path.", "Check the path.",
     NextStep::FixInput},
    {FileExists, "The file exists already", "Nothing was written, so as not to replace it.",
     "Choose another name, or remove the old file first.", NextStep::FixInput},
    {FileNotRegular, "This is no ordinary file", "The path names a folder, a link or a device.",
     "Choose an ordinary file.", NextStep::FixInput},
    {PermissionDenied, "The file may not be opened", "The system refused access to it.",
     "Check owner and permissions of the file and its folder."},
    {DiskFull, "The disk is full", "There was no space left to write; the file is as it was before.",
     "Free some space and try again.", NextStep::FreeSpace},
    {IoFailed, "Reading or writing failed", "The system reported an error of the disk or the file system.",
     "Check the disk, then try again.", NextStep::Retry},
    {OutOfMemory, "There is not enough memory", "The system could not give the memory that was needed.",
     "Close other programs and try again."},

    {NotAVault, "This is no Keyturn vault", "The file does not begin as a vault does.",
     "Choose a vault file.", NextStep::FixInput},
    {VaultInUse, "The vault is in use", "Another program has this vault unlocked.",
     "Close it there, wait for it, or open the vault read-only here.", NextStep::WaitForVault},
    {VaultNewer, "The vault is from a newer version", "This version of Keyturn does not know its format.",
     "Open it with a version that is at least as new as the one that wrote it."},
    {VaultDamaged, "The vault is damaged", "A part of the file is not what was written to it.",
     "Keep the file as it is and open your latest backup."},
    {VaultReadOnly, "The vault cannot be written",
     "The file or its folder is read-only, or the vault was opened for browsing only.",
     "Open it read-only to browse, or make the file writable.", NextStep::OpenReadOnly},
    {VaultLocked, "The vault is locked", "Its keys are not in memory.", "Unlock the vault.",
     NextStep::UnlockVault},
    {WrongPassphrase, "The passphrase does not open the vault",
     "Neither the passphrase nor a recovery code fits a slot of this vault.",
     "Type it again; check the keyboard layout and caps lock.", NextStep::UnlockVault},
    {NoSuchSlot, "The vault has no such way in", "No slot of that kind is set up in this vault.",
     "Unlock with the passphrase, or list the slots of the vault."},
    {KdfOutOfBounds, "The vault asks for too much work",
     "The cost set for its passphrase is outside what Keyturn allows, which a forged file could misuse.",
     "Make sure that the file is yours; a backup has the original setting."},

    {KeychainUnavailable, "There is no keychain", "No keychain service answers in this session.",
     "Start the desktop's keyring, or unlock with the passphrase."},
    {KeychainLocked, "The keychain is locked", "Its items cannot be read until it is unlocked.",
     "Unlock the keyring, then try again.", NextStep::UnlockKeyring},
    {KeychainNotFoundOrLocked, "The keychain did not give the item",
     "The item is not there, or the keyring is locked; this keychain does not say which.",
     "Unlock the keyring; if that does not help, store the item again.", NextStep::UnlockKeyring},
    {KeychainTimedOut, "The keychain did not answer",
     "It may be waiting for a prompt that nobody has answered.",
     "Look for the keyring's prompt and answer it, then try again.", NextStep::UnlockKeyring},
    {KeychainDenied, "The keychain refused access", "The request was declined, by a person or by a rule.",
     "Allow Keyturn to use the item, then try again.", NextStep::UnlockKeyring},

    {CryptoFailed, "A cryptographic operation failed", "The cryptographic library reported an error.",
     "Run the self-test; if it fails too, check the installation of OpenSSL."},
    {NotAuthentic, "The data has been changed", "It does not carry the seal that it was written with.",
     "Use an unchanged copy."},
    {BadEncoding, "The text is not encoded right", "It is not valid hex, base64, time or UTF-8.",
     "Check that it is complete and of the form chosen.", NextStep::FixInput},
    {BadJson, "The JSON is not valid", "It cannot be read, or does not have the members wanted.",
     "Mend the JSON at the place named.", NextStep::FixInput},
};

} // namespace

std::span<const ErrorWords> ownErrorWords() {
    return rows;
}

const ErrorWords &errorWords(ErrorCode code) {
    for (const auto table : {serviceErrorWords(), ownErrorWords()}) {
        for (const ErrorWords &row : table) {
            if (row.code == code) {
                return row;
            }
        }
    }
    return serviceErrorWords().front();
}

} // namespace keyturn::kms
