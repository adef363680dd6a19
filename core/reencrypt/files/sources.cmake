# SPDX-License-Identifier: Apache-2.0
set(reencrypt_files_headers files/file_set.h files/shell_pattern.h)
set(reencrypt_files_sources files/file_set.cpp files/shell_pattern.cpp)
