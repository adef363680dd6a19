# SPDX-License-Identifier: Apache-2.0
set(reencrypt_documents_headers documents/document.h json_scan.h)
set(reencrypt_documents_sources json_reader.cpp json_scan.cpp json_text.cpp)
