# SPDX-License-Identifier: Apache-2.0
set(reencrypt_documents_headers documents/document.h)
set(reencrypt_documents_sources)
