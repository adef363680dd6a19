// SPDX-License-Identifier: Apache-2.0
#include "endpoint/request_reader.h"

// Boost 1.74 leaves <utility> to others in C++20.
#include <optional>
#include <utility>

#include <boost/beast/http/basic_parser.hpp>

namespace keyturn::endpoint {

namespace http = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

namespace {

/// A body that fits is kept for the next request; a larger one's memory is given back.
constexpr std::size_t keptBodyBytes = 8 * 1024;

Refusal malformed(std::string message) {
    return {400, "SerializationException", std::move(message)};
}

Refusal refusalOf(const error_code &error) {
    if (error == http::error::header_limit) {
        return {431, "RequestEntityTooLargeException", "The headers are larger than this endpoint takes."};
    }
    if (error == http::error::body_limit) {
        return {413, "RequestEntityTooLargeException", "The body is larger than this endpoint takes."};
    }
    if (error == http::error::bad_content_length || error == http::error::bad_transfer_encoding) {
        return malformed("The length of the body is not said in one way.");
    }
    return malformed("This is no HTTP/1.1 request.");
}

/// CR LF in pairs only, nothing else below blank but a tab, and no line that goes on in the next: other
/// readers take such bytes for other things than Beast does. Looks at bytes from `from` on.
bool isCleanHeader(std::string_view bytes, std::size_t from) {
    for (std::size_t at = from; at < bytes.size(); ++at) {
        const auto c = static_cast<unsigned char>(bytes[at]);
        if (c == '\r') {
            if (at + 1 < bytes.size() && bytes[at + 1] != '\n') {
                return false;
            }
        } else if (c == '\n') {
            const bool folded = at + 1 < bytes.size() && (bytes[at + 1] == ' ' || bytes[at + 1] == '\t');
            if (at == 0 || bytes[at - 1] != '\r' || folded) {
                return false;
            }
        } else if ((c < ' ' && c != '\t') || c == 0x7f) {
            return false;
        }
    }
    return true;
}

} // namespace

const sigv4::HeaderView *HttpRequest::header(std::string_view lowerCaseName) const {
    for (const sigv4::HeaderView &one : headers) {
        if (equalsIgnoringCase(one.name, lowerCaseName)) {
            return &one;
        }
    }
    return nullptr;
}

std::size_t HttpRequest::count(std::string_view lowerCaseName) const {
    std::size_t found = 0;
    for (const sigv4::HeaderView &one : headers) {
        found += equalsIgnoringCase(one.name, lowerCaseName) ? 1 : 0;
    }
    return found;
}

bool equalsIgnoringCase(std::string_view text, std::string_view lowerCase) {
    if (text.size() != lowerCase.size()) {
        return false;
    }
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (lower != lowerCase[at]) {
            return false;
        }
    }
    return true;
}

class RequestReader::Parser final : public http::basic_parser<true> {
public:
    /// `recycled` and `texts`: memory of the request before.
    Parser(const ReaderLimits &limits, HttpRequest recycled, std::string texts)
        : m_limits(limits)
        , m_request(std::move(recycled))
        , m_texts(std::move(texts)) {
        header_limit(static_cast<std::uint32_t>(limits.headerBytes));
        body_limit(limits.bodyBytes);
        eager(true);
        m_texts.clear();
        m_request.headers.clear();
        m_request.body.clear(keptBodyBytes);
    }

    std::size_t feed(std::string_view bytes) {
        m_begun = m_begun || !bytes.empty();
        if (!is_header_done() && !hasWholeHeader(bytes)) {
            return 0;
        }
        std::size_t taken = 0;
        while (!m_refusal && !is_done() && taken < bytes.size()) {
            error_code error;
            const std::size_t count =
                put(boost::asio::const_buffer(bytes.data() + taken, bytes.size() - taken), error);
            taken += count;
            if (error && error != http::error::need_more && !m_refusal) {
                m_refusal = refusalOf(error);
            } else if (error && !is_header_done() && !m_refusal) {
                // The header is whole, so that more of it cannot come: a request line that ends too early.
                m_refusal = malformed("The request line is cut short.");
            }
            if (error || count == 0) {
                break;
            }
        }
        return taken;
    }

    State state() const {
        return is_done()          ? State::Complete
               : is_header_done() ? State::Body
               : m_begun          ? State::Header
                                  : State::Start;
    }
    const Refusal *refusal() const { return m_refusal ? &*m_refusal : nullptr; }
    HttpRequest &request() { return m_request; }
    std::string &texts() { return m_texts; }
    std::size_t bodySize() const { return m_bodySize; }

private:
    /// Beast is given headers when they are whole and clean. Nothing is taken before, so `bytes` begin where
    /// the request begins.
    bool hasWholeHeader(std::string_view bytes) {
        const std::size_t from = m_checked < 3 ? 0 : m_checked - 3;
        const auto end = bytes.find("\r\n\r\n", from);
        const bool isWhole = end != std::string_view::npos;
        const std::size_t size = isWhole ? end + 4 : bytes.size();
        if (size > m_limits.headerBytes) {
            m_refusal = refusalOf(http::error::header_limit);
        } else if (!isCleanHeader(bytes.substr(0, size), from)) {
            m_refusal = malformed("The headers hold bytes that no header holds.");
        }
        m_checked = size;
        return isWhole && !m_refusal;
    }

    std::string_view keep(string_view text) {
        const std::size_t at = m_texts.size();
        m_texts.append(text.data(), text.size());
        return std::string_view(m_texts).substr(at);
    }
    void refuse(Refusal refusal, error_code &error) {
        m_refusal = std::move(refusal);
        error = http::error::bad_field;
    }

    void on_request_impl(http::verb, string_view method, string_view target, int version,
                         error_code &error) override {
        m_texts.reserve(m_limits.headerBytes); // so that views stay good
        m_request.method = keep(method);
        m_request.target = keep(target);
        m_request.version = version;
        if (version != 10 && version != 11) {
            refuse({505, "SerializationException", "This endpoint speaks HTTP/1.1."}, error);
        }
    }
    void on_field_impl(http::field field, string_view name, string_view value, error_code &error) override {
        if (m_request.headers.size() >= m_limits.headerFields) {
            return refuse(refusalOf(http::error::header_limit), error);
        }
        if (field == http::field::transfer_encoding) {
            return refuse({501, "SerializationException", "This endpoint takes no Transfer-Encoding."},
                          error);
        }
        const bool isNumber = value.find_first_not_of("0123456789") == string_view::npos;
        if (field == http::field::content_length &&
            (!isNumber || m_request.header("content-length") != nullptr)) {
            return refuse(refusalOf(http::error::bad_content_length), error);
        }
        const std::string_view keptName = keep(name);
        m_request.headers.push_back({keptName, keep(value)});
    }
    void on_header_impl(error_code &) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t> &length, error_code &) override {
        m_bodySize = length ? static_cast<std::size_t>(*length) : 0;
    }
    std::size_t on_body_impl(string_view body, error_code &) override {
        m_request.body.append({body.data(), body.size()});
        return body.size();
    }
    void on_finish_impl(error_code &) override {}
    // Never called: requests have no status, and chunks were refused with their header.
    void on_response_impl(int, string_view, int, error_code &) override {}
    void on_chunk_header_impl(std::uint64_t, string_view, error_code &) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, string_view body, error_code &) override {
        return body.size();
    }

    const ReaderLimits &m_limits;
    HttpRequest m_request;
    std::string m_texts;
    std::optional<Refusal> m_refusal;
    std::size_t m_bodySize = 0;
    std::size_t m_checked = 0;
    bool m_begun = false;
};

RequestReader::RequestReader(ReaderLimits limits)
    : m_limits(limits)
    , m_parser(std::make_unique<Parser>(m_limits, HttpRequest(), std::string())) {}

RequestReader::~RequestReader() = default;

std::size_t RequestReader::feed(std::string_view bytes) {
    return m_parser->feed(bytes);
}

RequestReader::State RequestReader::state() const {
    return m_parser->state();
}

const Refusal *RequestReader::refusal() const {
    return m_parser->refusal();
}

const HttpRequest &RequestReader::request() const {
    return m_parser->request();
}

std::size_t RequestReader::bodySize() const {
    return m_parser->bodySize();
}

bool RequestReader::keepAlive() const {
    return m_parser->keep_alive();
}

void RequestReader::next() {
    HttpRequest recycled = std::move(m_parser->request());
    std::string texts = std::move(m_parser->texts());
    m_parser = std::make_unique<Parser>(m_limits, std::move(recycled), std::move(texts));
}

} // namespace keyturn::endpoint
