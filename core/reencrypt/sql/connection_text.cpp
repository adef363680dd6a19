// SPDX-License-Identifier: Apache-2.0
#include "reencrypt/sql/sql_connection.h"

#include "base/text.h"

#include <QtCore/QString>
#include <QtCore/QUrl>
#include <QtCore/QUrlQuery>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace keyturn::reencrypt {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view shape = "source.connection: write it as host=... dbname=... user=...; ";

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// A value up to the next blank, or in single quotes; backslashes take the next character as it is.
bool takeValue(std::string_view &rest, std::string &value) {
    const bool quoted = rest.starts_with('\'');
    if (quoted) {
        rest.remove_prefix(1);
    }
    while (!rest.empty() && (quoted ? rest.front() != '\'' : !isBlank(rest.front()))) {
        if (rest.front() == '\\' && rest.size() > 1) {
            rest.remove_prefix(1);
        }
        value += rest.front();
        rest.remove_prefix(1);
    }
    if (quoted && rest.empty()) {
        return false;
    }
    if (quoted) {
        rest.remove_prefix(1);
    }
    return true;
}

Result<Pairs> parsePairs(std::string_view rest) {
    Pairs pairs;
    for (;;) {
        while (!rest.empty() && isBlank(rest.front())) {
            rest.remove_prefix(1);
        }
        if (rest.empty()) {
            return pairs;
        }
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos) {
            return fail(ErrorCode::Usage, std::string(shape) + "a word in it has no '='.");
        }
        std::string name(trimmed(rest.substr(0, equals)));
        rest.remove_prefix(equals + 1);
        while (!rest.empty() && isBlank(rest.front())) {
            rest.remove_prefix(1);
        }
        std::string value;
        if (!takeValue(rest, value)) {
            return fail(ErrorCode::Usage, std::string(shape) + "a quote in it never closes.");
        }
        pairs.emplace_back(std::move(name), std::move(value));
    }
}

Result<Pairs> parseAddress(std::string_view text) {
    const QUrl url(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), QUrl::StrictMode);
    if (!url.isValid()) {
        return fail(ErrorCode::Usage, std::string(shape) + "this address cannot be read.");
    }
    Pairs pairs;
    const auto add = [&](const char *name, const QString &value) {
        if (!value.isEmpty()) {
            pairs.emplace_back(name, value.toStdString());
        }
    };
    add("host", url.host());
    add("port", url.port() > 0 ? QString::number(url.port()) : QString());
    add("user", url.userName(QUrl::FullyDecoded));
    add("password", url.password(QUrl::FullyDecoded));
    add("dbname", url.path(QUrl::FullyDecoded).mid(1));
    const auto items = QUrlQuery(url).queryItems(QUrl::FullyDecoded);
    for (const auto &[name, value] : items) {
        add(name.toUtf8().constData(), value);
    }
    return pairs;
}

std::string quotedForLibpq(const std::string &value) {
    std::string text = "'";
    for (const char c : value) {
        if (c == '\\' || c == '\'') {
            text += '\\';
        }
        text += c;
    }
    return text + "'";
}

} // namespace

Result<Pairs> parseConnection(std::string_view text) {
    const bool address = text.starts_with("postgresql://") || text.starts_with("postgres://");
    auto pairs = address ? parseAddress(text) : parsePairs(text);
    if (!pairs) {
        return pairs;
    }
    const bool password = std::any_of(pairs->begin(), pairs->end(), [](const auto &pair) {
        const std::string name = toLowerAscii(pair.first);
        return name == "password" || name == "pwd" || name == "passwd";
    });
    if (password) {
        return fail(ErrorCode::Usage,
                    "source.connection: it holds a password. Take it out and give it by PGPASSFILE, "
                    "PGPASSWORD or the keychain.");
    }
    return pairs;
}

Result<ServerAddress> serverAddress(SqlDialect dialect, std::string_view text) {
    auto pairs = parseConnection(text);
    if (!pairs) {
        return failFrom(pairs);
    }
    ServerAddress address;
    for (const auto &[key, value] : *pairs) {
        if (key == "host") {
            address.host = value;
        } else if (key == "port") {
            const auto [end, fault] =
                std::from_chars(value.data(), value.data() + value.size(), address.port);
            if (fault != std::errc() || end != value.data() + value.size()) {
                return fail(ErrorCode::Usage, "source.connection: port takes a number.");
            }
        } else if (key == "dbname") {
            address.database = value;
        } else if (key == "user") {
            address.user = value;
        } else if (value.find(';') != std::string::npos || key.find(';') != std::string::npos) {
            return fail(ErrorCode::Usage, "source.connection: Qt's drivers take no ';' in " + key + ".");
        } else {
            // libpq reads quotes; Qt's driver for MySQL takes what stands behind the '=' as it is.
            address.options += (address.options.empty() ? "" : ";");
            address.options += dialect == SqlDialect::MySql
                                   ? QString::fromStdString(key).toUpper().toStdString() + "=" + value
                                   : key + "=" + quotedForLibpq(value);
        }
    }
    return address;
}

} // namespace keyturn::reencrypt
