// SPDX-License-Identifier: Apache-2.0
#include "http_echo.h"

#include <optional>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

namespace keyturn::bench {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

class Client : public std::enable_shared_from_this<Client> {
public:
    Client(tcp::socket socket, const std::string &answer)
        : m_socket(std::move(socket))
        , m_answer(answer) {
        m_socket.set_option(tcp::no_delay(true));
    }

    void read() {
        m_parser.emplace();
        http::async_read(m_socket, m_buffer, *m_parser,
                         [self = shared_from_this()](const error_code &error, std::size_t) {
                             if (!error) {
                                 self->write();
                             }
                         });
    }

private:
    void write() {
        m_response = http::response<http::string_body>(http::status::ok, 11);
        m_response.set(http::field::content_type, "application/x-amz-json-1.1");
        m_response.body() = m_answer;
        m_response.prepare_payload();
        http::async_write(m_socket, m_response,
                          [self = shared_from_this()](const error_code &error, std::size_t) {
                              if (!error) {
                                  self->read();
                              }
                          });
    }

    tcp::socket m_socket;
    const std::string &m_answer;
    boost::beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    http::response<http::string_body> m_response;
};

} // namespace

struct HttpEcho::Impl {
    explicit Impl(std::string body)
        : answer(std::move(body))
        , acceptor(context, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)) {}

    void accept() {
        acceptor.async_accept([this](const error_code &error, tcp::socket socket) {
            if (!error) {
                std::make_shared<Client>(std::move(socket), answer)->read();
                accept();
            }
        });
    }

    const std::string answer;
    asio::io_context context{1};
    tcp::acceptor acceptor;
    std::thread thread;
};

HttpEcho::HttpEcho(std::string answer)
    : m_impl(std::make_unique<Impl>(std::move(answer))) {
    m_impl->accept();
    m_impl->thread = std::thread([this] { m_impl->context.run(); });
}

HttpEcho::~HttpEcho() {
    m_impl->context.stop();
    m_impl->thread.join();
}

std::uint16_t HttpEcho::port() const {
    return m_impl->acceptor.local_endpoint().port();
}

} // namespace keyturn::bench
