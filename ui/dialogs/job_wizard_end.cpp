// SPDX-License-Identifier: Apache-2.0
// How the wizard ends: the job is saved as a file, or starts.
#include "base/atomic_file.h"
#include "reencrypt/job_file.h"
#include "ui/dialogs/file_request.h"
#include "ui/dialogs/job_wizard.h"
#include "ui/dialogs/question.h"
#include "ui/models/key_catalog.h"
#include "ui/models/key_words.h"
#include "ui/presenters/key_acts_presenter.h"
#include "ui/presenters/session_consents.h"
#include "ui/widgets/inline_bar.h"
#include "workspace/session.h"

namespace keyturn::ui {

bool JobWizard::mayStart() const {
    const auto &plan = m_presenter.planned();
    return page() == JobPage::Review && plan && plan->mayRun() && plan->survey.items > 0 &&
           jobFaults(written()).empty();
}

void JobWizard::save() {
    reencrypt::JobSpec job = spec();
    const QString suggestion =
        (job.name.empty() ? QStringLiteral("job") : fromUtf8(job.name)) + QStringLiteral(".yaml");
    requestSaveFile(this, tr("Save job file"), suggestion, [this, job](const std::filesystem::path &file) {
        const std::string text = reencrypt::writeJob(job);
        AtomicFile::Options options;
        options.mode = 0644; // it holds no secret and is meant to be shared
        if (auto saved = writeFileAtomically(file, asBytes(text), options); !saved) {
            return showError(saved.error());
        }
        m_file = fromUtf8(file.string());
        bar()->present({widgets::NewsKind::Good, tr("Saved"), m_file, {}, {}});
        refresh();
    });
}

/// What must be typed in production: the destination's own alias, once per session.
QString JobWizard::productionAlias() const {
    const auto &session = *context().session;
    if (session.profile().environment != workspace::Environment::Production || spec().safety.dryRun) {
        return {};
    }
    const std::string destination = spec().destinationKey;
    const int known = context().catalog->find(destination);
    const QString name = known < 0 ? fromUtf8(destination)
                                   : confirmationTextFor(context().catalog->at(known).keyId,
                                                         context().catalog->at(known).aliases);
    return context().consents->given(name) ? QString() : name;
}

void JobWizard::start() {
    if (!mayStart()) {
        return;
    }
    const auto go = [this] {
        Q_EMIT startRequested(spec(), m_file);
        accept();
    };
    const QString alias = productionAlias();
    if (alias.isEmpty()) {
        return go();
    }
    const auto items = qint64(m_presenter.planned()->survey.items);
    ask(this,
        {.title = tr("Start in production?"),
         .text = counted(items, tr("1 ciphertext is rewritten."), tr("%1 ciphertexts are rewritten.")) +
                 u' ' + tr("It can be undone until the job is finalised."),
         .verb = tr("Start job"),
         .destroys = true,
         .typed = alias},
        [this, alias, go] {
            context().consents->give(alias);
            go();
        });
}

} // namespace keyturn::ui
