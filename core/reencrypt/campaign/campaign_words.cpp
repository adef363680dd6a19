// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/campaign/campaign.h"

namespace keyturn::reencrypt {
namespace {

std::string days(std::uint32_t count) {
    return std::to_string(count) + (count == 1 ? " day" : " days");
}

std::string successorDoes(const CampaignRecord &record) {
    if (record.spec.newMaterial) {
        return "Gives the key new key material. New ciphertexts are made with it at once.";
    }
    if (!record.spec.successor.empty()) {
        return "Checks that " + record.spec.successor + " is enabled and can take the place of the old key.";
    }
    return "Makes a new key with the old one's key spec, usage and description.";
}

StepWords plainWords(CampaignStep step, const CampaignRecord &record) {
    const CampaignSpec &spec = record.spec;
    switch (step) {
    case CampaignStep::Successor:
        return {successorDoes(record),
                spec.newMaterial
                    ? "Re-encrypts nothing: what exists stays under the old material until the run."
                    : "Copies no key policy, no grants and no tags, and moves no ciphertext.",
                {}};
    case CampaignStep::Plan:
        return {"Looks through the sources of all jobs and counts what is under which key.",
                "Writes nothing. Sees only what the job files name: other places may hold more.",
                {}};
    case CampaignStep::DryRun:
        return {"Does everything but write, so that missing permissions and wrong contexts show now.",
                "Changes no item. The run may still meet items that others write meanwhile.",
                {}};
    case CampaignStep::Run:
        return {"Re-encrypts every item under the new key. It can be stopped and resumed at any moment.",
                "Deletes no undo copy: until you finalise a job, everything can be put back.",
                {}};
    case CampaignStep::Verify:
        return {"Reads every item again and proves that it opens under the new key with its context.",
                "Says nothing about copies elsewhere: backups and replicas keep the old ciphertexts.",
                {}};
    case CampaignStep::MoveAlias:
        return {"Points " + spec.alias +
                    " to the new key and reads it back until three answers in a row name the new key.",
                "Does not reach programs that name the old key by its id or ARN.",
                {}};
    case CampaignStep::Watch:
        return {
            "Looks whether the old key is used or still protects an item. Look again on other days; after " +
                days(spec.idleDays) + " without a sign of use the key may be disabled.",
            "Proves nothing: a program that runs once a quarter is not seen in " + days(spec.idleDays) + ".",
            {}};
    case CampaignStep::Disable:
        return {
            "Disables the old key. Whatever still needs it fails from now on, and enabling it mends that.",
            "Deletes nothing.",
            {}};
    case CampaignStep::ScheduleDeletion:
        return {"Schedules the old key's deletion in " + days(spec.deletionWindowDays) +
                    ". Until then it can be cancelled.",
                "Cannot be undone once the days are over: what is still under the key is lost for ever.",
                {}};
    case CampaignStep::Count_:
        break;
    }
    return {};
}

} // namespace

StepWords words(CampaignStep step, const CampaignRecord &record) {
    StepWords said = plainWords(step, record);
    if (record.spec.reason != "compromise") {
        return said;
    }
    if (step == CampaignStep::Run || step == CampaignStep::Verify) {
        said.warning = "The undo copies of the jobs are still under the compromised key.";
    } else if (step == CampaignStep::Disable || step == CampaignStep::ScheduleDeletion) {
        said.warning =
            "Finalise every job first: its undo copies are still under the compromised key. Who has "
            "the key and a copy of the old ciphertexts can read them; change the secrets themselves.";
    } else if (step == CampaignStep::Successor && record.spec.newMaterial) {
        said.warning = "New material does not lock out who could use the key itself. A new key does.";
    }
    return said;
}

} // namespace keyturn::reencrypt
