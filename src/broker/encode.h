// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// How bytes are made safe for the place they go to in a request: one function for each place of
// wire::Escape, and what the operator's literals and names must look like. Pure.
// Trust zone: broker; the bytes may be a model's.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace broker {

// Appends with the unreserved characters of RFC 3986 §2.3 kept and every other byte as %XX.
void append_percent(std::string& out, std::string_view text);
// Appends as application/x-www-form-urlencoded (WHATWG URL §5): space as +, `*-._` and
// alphanumerics kept, every other byte as %XX.
void append_form(std::string& out, std::string_view text);
// Appends the inside of a JSON string (RFC 8259 §7). kInvalid if `text` is not UTF-8.
base::Status append_json_string(std::string& out, std::string_view text);

// Visible ASCII, space and tab only: nothing that could end a header line (RFC 9110 §5.5).
bool is_header_value(std::string_view text);
// A token (RFC 9110 §5.6.2).
bool is_header_name(std::string_view text);
// Headers that frame the message or the connection; the egress alone writes these.
bool is_reserved_header(std::string_view name);
// Characters of a path (RFC 3986 §3.3) and '/'; '%' only before two hexadecimal digits.
bool is_path_literal(std::string_view text);
// True if a segment of the path is "." or "..", or one that is neither first nor last is empty.
bool has_odd_segment(std::string_view path);
// Appends a path literal as a server reads it: escapes of unreserved characters decoded, any other
// escape as one "x".
void append_path_literal(std::string& out, std::string_view literal);
// Characters of a query but for '&', '=', '#' and '+'; '%' only before two hexadecimal digits.
bool is_query_literal(std::string_view text);

// What may stand between the quotes of a JSON string as it is: UTF-8 without quotes or control
// characters, a backslash only with the character it escapes.
bool is_json_string_inside(std::string_view text);
// true, false, null, a number, or a string with its quotes.
bool is_json_scalar(std::string_view text);

// Whether `text` may stand inside one path segment.
// SECURITY: refused (kInvalid) if it is empty, a dot segment, not UTF-8, or if at any depth of
// percent decoding (also %uXXXX) a separator, a control character, a look-alike of a separator, a
// dot segment or malformed UTF-8 appears. Servers decode once, twice or wrongly; whatever they do,
// the argument stays one segment.
base::Status check_segment(std::string_view text);

}  // namespace broker
