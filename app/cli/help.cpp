// SPDX-License-Identifier: Apache-2.0
#include "commands.h"
#include "console.h"

namespace keyturn::cli {

ExitOutcome runHelp() {
    printOut("keyturn-cli: the keys of a key management service, in a local vault or at an endpoint\n\n"
             "Commands:\n"
             "  kms <operation>   an operation, with the options and the output of the AWS CLI\n"
             "  vault ...         create, info, verify, backup, passphrase, slots, log\n"
             "  profile ...       add, list, show, test, remove\n"
             "  serve             the vault as a KMS endpoint on loopback, for the AWS CLI and SDKs\n"
             "  access-key ...    create, list, enable, disable, delete: who may call a served vault\n"
             "  credentials       a profile's credentials for credential_process or a shell\n"
             "  job ...           plan, run, resume, verify, undo, ...: re-encryption in bulk\n"
             "  history ...       list, verify, export, context: what was done through Keyturn\n"
             "  snapshot ...      take, list, open: an account's inventory, for work without a network\n"
             "  inspect           what a ciphertext or a file holds, offline\n"
             "  self-test         what this machine can do for the safety of keys\n"
             "  demo              the main job, step by step\n\n"
             "Options, before or behind the command:\n");
    printOut(optionHelp(globalOptions()));
    printOut(
        "\nExit codes: 0 done, 1 a check of ours failed, 3 a job left items, 130 interrupted, 252 bad option "
        "or value, 253 "
        "nothing "
        "named,\nno credentials or no Region, 254 the service answered with an error, 255 anything else.\n");
    return exitOk;
}

} // namespace keyturn::cli
