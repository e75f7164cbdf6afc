// SPDX-License-Identifier: Apache-2.0
#include "egress/worker.h"

#include <algorithm>
#include <limits>

#include "base/bytes.h"
#include "egress/request.h"
#include "sandbox/walls.h"

namespace egress {
namespace {

using base::Reason;

constexpr std::uint64_t kChannelToken = 0;
constexpr std::size_t kReadBytes = 64 * 1024;
constexpr int kReadsPerTurn = 4;  // then the channel gets its turn: a cancel must be heard
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
constexpr std::uint64_t kDefaultAnswerBytes = 1u << 20;
constexpr std::uint64_t kAnswerBytesMax = base::limits::kBodyBytes - 4096;

std::int64_t timeout_us(const wire::Request& request) {
  const std::int64_t ms =
      request.timeout_ms == 0 ? base::limits::kToolTimeoutMs : request.timeout_ms;
  return std::min(ms, base::limits::kTimeoutMaxMs) * 1000;
}

std::uint64_t answer_bytes(const wire::Request& request) {
  const std::uint64_t asked = request.max_answer_bytes;
  return std::min(asked == 0 ? kDefaultAnswerBytes : asked, kAnswerBytesMax);
}

bool has_no_body(wire::Method method, int status) {
  return method == wire::Method::kHead || status == 204;
}

}  // namespace

// One request from its arrival to its Answer.
struct Worker::Job {
  wire::Request request;
  std::int64_t deadline_us = 0;
  std::int64_t attempt_deadline_us = kNever;
  std::vector<Address> addresses;
  std::size_t next_address = 0;
  std::string bytes;  // rendered; holds the credential; wiped when it has left
  std::size_t written = 0;
  bool exchanging = false;  // the connection stands and is ours
  bool sent = false;
  bool write_ended = false;
  std::unique_ptr<ResponseReader> reader;
  std::unique_ptr<Decoder> decoder;
  std::string body;  // what the decoder has not had yet; of an error, all
  std::vector<Delta> deltas;
};

Worker::Worker(Parts parts, const wire::Origin& origin, std::uint32_t idle_ms)
    : parts_(parts), origin_(origin), buffer_(kReadBytes, '\0') {
  const std::int64_t ms = idle_ms == 0 ? base::limits::kEgressIdleMs : idle_ms;
  idle_us_ = ms * 1000;
  auto host = check_origin(origin);
  if (host.ok()) host_ = std::move(*host);
  quiet_since_us_ = parts_.clock.steady_us();
  parts_.loop.watch(parts_.channel.fd(), kChannelToken);
}

Worker::~Worker() {
  drop_connection();
  if (parts_.channel.open()) parts_.loop.unwatch(parts_.channel.fd());
}

Worker::End Worker::run() {
  for (;;) {
    start_next();
    if (end_) return *end_;
    const std::int64_t left = next_deadline_us() - parts_.clock.steady_us();
    const bool at_once = job_ && job_->exchanging && !paused_ && connection_->buffered();
    const std::int64_t wait_ms = at_once ? 0 : std::max<std::int64_t>(0, left / 1000 + 1);
    bool read = at_once;
    for (const wire::Loop::Ready& ready : parts_.loop.wait(wait_ms)) {
      if (ready.token == kChannelToken) channel_ready(ready);
      else read = read || ready.token == token_;
    }
    if (read && !end_) connection_ready();
    if (!end_) expire();
  }
}

// ---- the channel --------------------------------------------------------------------------------

void Worker::channel_ready(const wire::Loop::Ready& ready) {
  if (ready.writable && !parts_.channel.flush().ok()) end_ = End::kPeerGone;
  pause_if_full();
  if (!ready.readable || end_) return;
  auto message = parts_.channel.receive();  // one a turn: the loop is level-triggered
  if (!message.ok()) {
    end_ = message.error().code == base::Errc::kViolation ? End::kViolation : End::kPeerGone;
  } else if (*message) {
    take_message(std::move(**message));
  }
}

void Worker::take_message(wire::Message message) {
  if (message.type == wire::FrameType::kRequest) return take_request(message);
  const auto frame = message.as<wire::CancelRequest>();
  if (!frame.ok()) end_ = End::kViolation;
  else cancel(frame->request);
}

void Worker::take_request(wire::Message& message) {
  auto request = message.as<wire::Request>();
  base::wipe(message.payload);
  const auto same = [&](const Job& job) { return job.request.request == request->request; };
  if (!request.ok() || (job_ && same(*job_)) || std::any_of(queue_.begin(), queue_.end(), same)) {
    end_ = End::kViolation;
    return;
  }
  Job job;
  job.deadline_us = parts_.clock.steady_us() + timeout_us(*request);
  job.request = std::move(*request);
  if (queue_.size() < kQueuedRequests) return queue_.push_back(std::move(job));
  wipe(job.request);
  refuse(job, Reason::kTooManyCalls);
}

void Worker::cancel(base::RequestId id) {
  if (job_ && job_->request.request == id) return finish(Reason::kCancelled);
  const auto at = std::find_if(queue_.begin(), queue_.end(),
                               [&](const Job& job) { return job.request.request == id; });
  if (at == queue_.end()) return;  // its Answer is under way already
  wipe(at->request);
  refuse(*at, Reason::kCancelled);
  queue_.erase(at);
}

template <class F> void Worker::send(const F& frame) {
  if (!end_ && !parts_.channel.send(frame).ok()) end_ = End::kPeerGone;
  pause_if_full();
}

// While frames wait for the broker, no more is read from the server.
void Worker::pause_if_full() {
  const bool full = !end_ && parts_.channel.wants_write();
  if (full == paused_) return;
  paused_ = full;
  parts_.loop.rewatch(parts_.channel.fd(), kChannelToken, full);
  if (!connection_) return;
  if (full) {
    parts_.loop.unwatch(connection_->fd());
    watching_ = false;
  } else {
    watch(watching_write_);
  }
}

// ---- the request at hand ------------------------------------------------------------------------

void Worker::start_next() {
  while (!job_ && !queue_.empty() && !end_) {
    Job job = std::move(queue_.front());
    queue_.pop_front();
    start(std::move(job));
  }
}

void Worker::start(Job job) {
  job_ = std::make_unique<Job>(std::move(job));
  if (parts_.clock.steady_us() >= job_->deadline_us) return finish(Reason::kTimeout);
  auto bytes = render(job_->request, origin_);
  wipe(job_->request);
  if (!bytes.ok()) return finish(Reason::kWarrantRefused);
  job_->bytes = std::move(*bytes);
  if (reuse()) exchange();
  else dial();
}

// SECURITY: a request that has begun to leave is never sent again, so an idle connection is looked
// at before, not after.
bool Worker::reuse() {
  if (!connection_) return false;
  if (parts_.clock.steady_us() < reusable_until_us_ && connection_->quiet()) return true;
  drop_connection();
  return false;
}

void Worker::dial() {
  Admission admission = admit(origin_, parts_.resolver);
  if (admission.reason != Reason::kOk) return finish(admission.reason);
  job_->addresses = std::move(admission.addresses);
  try_next_address();
}

void Worker::try_next_address() {
  drop_connection();
  const std::size_t count = std::min(job_->addresses.size(), kAddressesTried);
  while (job_->next_address < count) {
    const std::int64_t now = parts_.clock.steady_us();
    if (now >= job_->deadline_us) return finish(Reason::kTimeout);
    const Address& address = job_->addresses[job_->next_address++];
    auto begun = Connection::begin(address, origin_.port, *host_, parts_.tls);
    if (!begun.ok()) continue;
    connection_.emplace(std::move(*begun));
    job_->attempt_deadline_us = now + kConnectAttemptUs;
    return connect_step();
  }
  finish(Reason::kConnectFailed);
}

void Worker::connect_step() {
  switch (connection_->establish()) {
    case Io::kDone: return exchange();
    case Io::kWantRead: return watch(false);
    case Io::kWantWrite: return watch(true);
    case Io::kClosed:
    case Io::kFailed: break;
  }
  // A server whose certificate is wrong is not asked a second time at another address.
  if (connection_->failure() == Reason::kTlsFailed) return finish(Reason::kTlsFailed);
  try_next_address();
}

void Worker::exchange() {
  const bool head = job_->request.method == wire::Method::kHead;
  job_->reader = std::make_unique<ResponseReader>(head, answer_bytes(job_->request));
  job_->attempt_deadline_us = kNever;
  job_->exchanging = true;
  job_->sent = true;
  send(wire::Sent{job_->request.request});
  if (!end_) write_some();
}

void Worker::write_some() {
  Job& job = *job_;
  while (!job.write_ended && job.written < job.bytes.size()) {
    const Transfer t = connection_->write(std::string_view(job.bytes).substr(job.written));
    if (t.io == Io::kWantWrite || t.io == Io::kWantRead) return watch(t.io == Io::kWantWrite);
    // The server may have answered and closed before it read all: what it said is still read.
    if (t.io != Io::kDone) job.write_ended = true;
    job.written += t.bytes;
  }
  base::wipe(job.bytes);
  watch(false);
}

void Worker::read_some() {
  for (int i = 0; i < kReadsPerTurn && !paused_ && !end_; ++i) {
    const Transfer t = connection_->read(buffer_);
    switch (t.io) {
      case Io::kWantRead:
      case Io::kWantWrite: return;
      case Io::kClosed: return take_end();
      case Io::kFailed: return finish(Reason::kBadResponse);
      case Io::kDone: break;
    }
    if (!take_bytes(std::string_view(buffer_).substr(0, t.bytes))) return;
    if (t.bytes < buffer_.size() && !connection_->buffered()) return;
  }
}

// False if the request has got its Answer.
bool Worker::take_bytes(std::string_view bytes) {
  Job& job = *job_;
  const Reason reason = job.reader->feed(bytes, job.body);
  if (reason != Reason::kOk) return finish(reason), false;
  if (!job.reader->header_done()) return true;
  if (job.reader->status() < 400) {
    if (!job.decoder) {
      if (!sandbox::stands(sandbox::Wall::kKeep)) {
        job.request.keep.clear();
        job.request.select = false;
      }
      job.decoder = make_decoder(job.request.decode, std::move(job.request.keep),
                                 job.request.stream, job.reader->media(), job.request.select);
    }
    auto ending = job.decoder->feed(job.body, job.deltas);
    job.body.clear();
    send_deltas();
    if (end_) return false;
    if (ending) return finish(ending->reason, std::move(ending->content)), false;
  }
  if (!job.reader->done()) return true;
  complete();
  return false;
}

void Worker::take_end() {
  const Reason reason = job_->reader->end();
  if (reason != Reason::kOk) return finish(reason);
  complete();
}

// The whole response is here.
void Worker::complete() {
  Job& job = *job_;
  if (job.reader->status() >= 400)
    return finish(Reason::kUpstreamStatus, error_text(std::move(job.body)));
  const bool model = job.request.decode == wire::Decode::kOllamaChat ||
                     job.request.decode == wire::Decode::kOpenAiChat;
  if (has_no_body(job.request.method, job.reader->status()) && !model) return finish(Reason::kOk);
  Ending ending = job.decoder->finish(job.deltas);
  send_deltas();
  if (!end_) finish(ending.reason, std::move(ending.content));
}

void Worker::send_deltas() {
  if (job_->deltas.empty()) return;
  for (Delta& delta : merged(std::exchange(job_->deltas, {})))
    send(wire::AnswerDelta{job_->request.request, delta.kind, delta.index, std::move(delta.text)});
}

// The one Answer. The connection stays only if the response on it was complete and in order.
void Worker::finish(Reason reason, std::string content) {
  const std::unique_ptr<Job> job = std::move(job_);
  wire::Answer answer;
  answer.request = job->request.request;
  answer.reason = reason;
  answer.sent = job->sent;
  answer.content = std::move(content);
  if (job->reader) {
    answer.http_status = job->reader->status();
    answer.answer_bytes = job->reader->body_bytes();
  }
  const bool written = job->bytes.empty() && !job->write_ended;
  base::wipe(job->bytes);
  const bool keep = job->reader && written && job->reader->done() && job->reader->reusable();
  if (keep && (reason == Reason::kOk || reason == Reason::kUpstreamStatus)) keep_connection(*job);
  else drop_connection();
  quiet_since_us_ = parts_.clock.steady_us();
  send(answer);
}

void Worker::keep_connection(const Job& job) {
  const int said_s = job.reader->keep_alive_s();
  // One second less than the server says: its clock ran while the answer travelled.
  const std::int64_t window = said_s < 0 ? kReuseUs : (std::int64_t{said_s} - 1) * 1'000'000;
  reusable_until_us_ = parts_.clock.steady_us() + window;
}

// A request that never got to be at hand.
void Worker::refuse(const Job& job, Reason reason) {
  wire::Answer answer;
  answer.request = job.request.request;
  answer.reason = reason;
  send(answer);
}

// ---- the connection -----------------------------------------------------------------------------

void Worker::connection_ready() {
  if (!connection_) return;
  if (!job_) {
    if (!connection_->quiet()) drop_connection();
    return;
  }
  if (!job_->exchanging) return connect_step();
  if (!job_->bytes.empty()) write_some();
  if (!end_) read_some();
}

void Worker::watch(bool write) {
  if (paused_) {
    watching_write_ = write;
    return;
  }
  if (!watching_) parts_.loop.watch(connection_->fd(), token_, write);
  else if (write != watching_write_) parts_.loop.rewatch(connection_->fd(), token_, write);
  watching_ = true;
  watching_write_ = write;
}

void Worker::drop_connection() {
  if (!connection_) return;
  if (watching_) parts_.loop.unwatch(connection_->fd());
  watching_ = false;
  watching_write_ = false;
  connection_.reset();
  ++token_;  // what the loop still reports of the old one means nothing
}

// ---- time ---------------------------------------------------------------------------------------

std::int64_t Worker::next_deadline_us() const {
  if (!job_) return quiet_since_us_ + idle_us_;
  std::int64_t first = std::min(job_->deadline_us, job_->attempt_deadline_us);
  for (const Job& job : queue_) first = std::min(first, job.deadline_us);
  return first;
}

void Worker::expire() {
  const std::int64_t now = parts_.clock.steady_us();
  const auto late = [now](const Job& job) { return now >= job.deadline_us; };
  for (Job& job : queue_) {
    if (!late(job)) continue;
    wipe(job.request);
    refuse(job, Reason::kTimeout);
  }
  std::erase_if(queue_, late);
  if (job_ && late(*job_)) finish(Reason::kTimeout);
  else if (job_ && now >= job_->attempt_deadline_us) try_next_address();
  if (!job_ && queue_.empty() && now >= quiet_since_us_ + idle_us_) end_ = End::kIdle;
}

}  // namespace egress
