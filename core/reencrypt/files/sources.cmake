# SPDX-License-Identifier: Apache-2.0
set(reencrypt_files_headers)
set(reencrypt_files_sources)
