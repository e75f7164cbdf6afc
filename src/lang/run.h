// SPDX-License-Identifier: Apache-2.0
// Copyright the Yett authors
//
// One run of a plan: the machine that executes its program. Everything returns false when the
// normal flow ended: an exception, a limit, a suspension; `pending` says which. Labels:
// docs/reference/plan-language.md §3. Trust zone: session.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "label/table.h"
#include "lang/frame.h"
#include "lang/heap.h"
#include "lang/host.h"
#include "lang/names.h"
#include "lang/plan.h"
#include "lang/resolve.h"

namespace lang {

using Values = std::vector<Value>;

struct Arguments {
  boost::container::small_vector<Value, 6> list;  // a method's receiver is the first
  boost::container::small_vector<std::pair<std::string_view, Value>, 2> keywords;
  LabelId shape = label::kClean;  // of what was unpacked: how many there are, and which keywords
  // The keyword argument taken out, or null; it stays valid until the next take.
  const Value* find(std::string_view name) const;
  std::size_t size() const { return list.size(); }
};

// Why the normal flow ended.
struct Pending {
  enum class Kind : std::uint8_t { kNone, kRaise, kStop };
  Kind kind = Kind::kNone;
  Value value;  // kRaise: the exception
};

// The region of a function's body, not of its definition.
inline constexpr NodeId kCalled = 0x80000000;

// What a part of the tree could have done, had it run.
struct Region {
  using Names = boost::container::small_vector<NodeId, 24>;
  Names assigned;  // names that it binds
  Names roots;     // names whose containers it changes directly
  Names added;     // targets of `op=`: they may
  Names mentioned;
  Names bound;           // while it is made: what is bound where the survey stands
  bool deep = false;     // it changes what hangs below its roots, or what it cannot name
  bool calls = false;    // it calls something that may be a function of the plan
  bool jumps = false;    // break or continue of a loop around it
  bool returns = false;  // return of the function around it
  bool raises = false;   // raise or assert
};

// Where the answers to calls come from; each is valid until the next. Null: what is recorded is of
// another run.
class Answers {
 public:
  virtual ~Answers() = default;
  virtual const Answer* ask(const Call& call) = 0;
};

class Run {
 public:
  // `told`: events that the tracer knows of a run before this one, which it repeats.
  Run(const Plan& plan, const Program& program, label::Table& labels, const Limits& limits,
      Tracer* tracer = nullptr, std::uint64_t told = 0, Memory* memory = nullptr);
  Outcome run(Answers& host);
  // After kSuspended: whether resume() can go on, or a run from the start is needed because a
  // native function stands between.
  bool resumable() const { return waiting_; }
  Outcome resume(Answers& host, const Answer& answer);
  std::uint64_t events() const { return events_; }

  // Labels.
  LabelId join(LabelId a, LabelId b) {
    return a == b || b == label::kClean ? a : a == label::kClean ? b : labels_.join(a, b);
  }
  LabelId control() const { return control_; }
  // Of the value and, if it is a container, of its shape.
  LabelId shape(const Value& v) {
    return v.type() == Type::kObject ? join(v.label(), v.as_object()->own) : v.label();
  }
  LabelId deep(const Value& v) {
    return v.type() == Type::kObject && tainted_ && v.as_object()->kind != Kind::kString
               ? deep_object(v)
               : v.label();
  }
  Value labelled(Value v, LabelId l) { return v.with(join(v.label(), l)); }
  bool at_most(LabelId a, LabelId b) { return join(a, b) == b; }
  // A function of ours is going to compare what is under `l`: it may raise, or do what it does.
  void decides(LabelId l);
  // A fact under `l` let the plan go on where it could have raised.
  void survived(LabelId l);
  void passed(LabelId l);  // the same behind may_raise(l): what it may change is raised already
  // Before a container is changed through `reference`: what decided that it changes, and how.
  void touch(const Value& reference, LabelId more = label::kClean);
  // A container whose labels were `known` got `v`: what is cached of those around it may be less
  // now.
  void grown(LabelId known, const Value& v) {
    if (!tainted_) return;
    const bool plain = v.type() != Type::kObject || !is_container(v.as_object());
    if (plain ? !at_most(v.label(), known) : !covers(known, v)) heap.changed();
  }
  void hold(Container* owner, const Value& v) {
    owner->inner = join(owner->inner, v.label());
    if (v.type() != Type::kObject || v.as_object()->kind == Kind::kString ||
        v.as_object()->kind == Kind::kBig)
      return;
    owner->nested = true;
    if (owner->own != label::kClean) mix(owner, v);
  }
  // Of a value that `l` decided on.
  Value decided(const Value& v, LabelId l) {
    return l == label::kClean ? v : labelled(v, l).chosen();
  }
  // Of what was read out of `owner` at `index`: under the label of its shape.
  Value read(const Value& owner, const Value& item, LabelId index = label::kClean);
  void raise_own(Object* object, LabelId l) {
    if (!at_most(l, object->own)) raise_shape(object, l);
  }

  // Ends of the normal flow; all return false.
  bool raise(TypeName type, std::string message, LabelId why = label::kClean);
  bool raise_value(Value exception);
  bool limit(std::string_view what);
  bool type_error(std::string message) { return raise(TypeName::kTypeError, std::move(message)); }
  bool value_error(std::string message) { return raise(TypeName::kValueError, std::move(message)); }
  bool charge(std::size_t steps) {
    if (steps > limits_.steps - std::min(steps_, limits_.steps)) return limit("steps");
    steps_ += steps;
    return heap.used <= limits_.heap_bytes ? true : limit("heap");
  }
  bool room(std::size_t elements) {
    return elements <= limits_.elements ? charge(elements / 16 + 1) : limit("elements");
  }
  bool string_room(std::size_t bytes) {
    return bytes <= limits_.string_bytes ? true : limit("string");
  }

  // Making values (clean; the caller labels them).
  bool string(std::string text, Value& out) {
    const std::size_t points = count_points(text);
    return string(std::move(text), points, out);
  }
  bool string(std::string text, std::size_t points, Value& out);  // `points`: its code points
  Value short_string(std::string_view text);
  Value list(Values items, Kind kind = Kind::kList, bool lazy = false);
  bool number(Number n, Value& out);
  Dict* dict(Kind kind = Kind::kDict) {
    Dict* made = heap.make<Dict>(kind);
    made->own = control_;
    made->mixed = control_ != label::kClean;
    return made;
  }
  Class* type(TypeName name);
  Class* type_of(const Value& v);
  bool is_a(const Value& v, const Class* type);

  // Containers. put: replaces; the key's label goes to the shape. find: null if absent, or if the
  // key has no hash (then a TypeError is pending and ok false).
  bool push(List* owner, const Value& v);
  bool put(Dict* owner, const Value& key, const Value& v);
  Dict::Entry* find(Dict* owner, const Value& key, bool& ok);
  Dict::Entry* find_text(Dict* owner, std::string_view key);
  bool remove(Dict* owner, const Value& key, bool& there, Value& out);
  // The elements, each under its own label and the container's shape.
  bool iterate(const Value& v, Values& out);

  // Operators. Results are labelled with all that they read.
  bool binary(Operator op, const Value& a, const Value& b, Value& out);
  bool unary(Operator op, const Value& a, Value& out);
  bool compare(Operator op, const Value& a, const Value& b, bool& out);
  bool equal(const Value& a, const Value& b, bool& out);
  bool less(const Value& a, const Value& b, bool& out);
  bool contains(const Value& container, const Value& v, bool& out);
  bool hash(const Value& v, std::size_t& out);
  bool truth(const Value& v) const;
  bool get_item(const Value& owner, const Value& index, Value& out);
  bool set_item(const Value& owner, const Value& index, const Value& v);
  bool delete_item(const Value& owner, const Value& index);
  bool get_attribute(const Value& owner, const std::string& name, Value& out);
  bool set_attribute(const Value& owner, const std::string& name, const Value& v);

  // Text.
  bool repr(const Value& v, std::string& out);
  bool str(const Value& v, std::string& out);
  bool format(const Value& v, std::string_view spec, std::string& out);
  bool print(std::string text, LabelId l);

  // Calls.
  bool call(const Value& callee, Arguments& arguments, Value& out);
  // The same from a function of ours: under what decides how often and with what it calls.
  bool call_back(const Value& callee, Arguments& arguments, Value& out) {
    return call_under(native_, callee, arguments, out);
  }
  bool call_under(LabelId why, const Value& callee, Arguments& arguments, Value& out);
  bool call_method(const Value& receiver, const std::string& name, Arguments& arguments, Value& out,
                   bool& known);
  bool construct(Class* type, Arguments& arguments, Value& out);
  bool as_index(const Value& v, std::int64_t& out, std::string_view what = "");

  // JSON.
  bool from_json(const schema::Value& json, LabelId l, Value& out);
  bool to_json(const Value& v, LabelId around, const std::string& path, schema::Value& out,
               std::vector<LeafLabel>* leaves);
  bool schema_of(Class* type, Value& out);
  // Of a class, a Form, a tuple of types (a union) or None (type_form.cc).
  bool form_schema(const Value& form, Value& out);
  // Makes `v` a value of that type, as pydantic does; `good` is false where it cannot be one.
  bool coerce_form(const Value& form, Value& v, bool& good);

  Heap heap;
  Pending pending;
  const Tree& tree() const { return tree_; }
  const Limits& limits() const { return limits_; }

 private:
  enum class Quick : std::uint8_t { kNone, kAppend, kGet, kStr };
  struct Deeper {  // native recursion that is not a call: repr, ==, hash, JSON
    explicit Deeper(Run& r) : run(r) { ++run.nesting_; }
    ~Deeper() { --run.nesting_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    bool fits();
    Run& run;
  };

  const Node& at(NodeId id) const { return tree_.nodes[id]; }
  const std::string& text(std::uint32_t index) const { return tree_.texts[index]; }
  NodeId part(const Node& n, std::uint32_t i) const { return tree_.links[n.first + i]; }

  // run_label.cc
  LabelId deep_object(const Value& v);
  LabelId walk(Container* from);
  bool covers(LabelId known, const Value& v);
  const Region& region(NodeId id);
  void survey(NodeId id, Region& out, int loops, bool inside);
  bool survey_binder(const Node& n, Region& out, int loops, bool inside);
  void survey_node(NodeId id, Region& out, int loops, bool inside);
  void survey_parts(const Node& n, Region& out, int loops, bool inside, bool targets);
  void survey_target(NodeId id, Region& out, int loops, bool inside);
  static void bind_name(NodeId id, Region& out);
  bool is_defined(const Ref& ref) const;
  void root_of(NodeId target, Region& out, bool direct);
  void may_add_to(NodeId owner, Region& out);
  void skipped(NodeId id, LabelId l);  // `id` did not run, or only in part, because of `l`
  enum class Raise : std::uint8_t { kVariables, kChanged, kAll };
  void raise_reachable(const Values& from, LabelId l, Raise what);
  void raise_changed(const Region& r, Frame* frame, LabelId l);
  void raise_chosen(LabelId l);
  void raise_called(LabelId l);
  void raise_heap(LabelId l, bool variables);
  void raise_object(Object* object, LabelId l);
  void raise_shape(Object* object, LabelId l);
  void mix(Container* owner, const Value& v);
  Value* place_of(const Ref& ref) { return place_of(ref, frame_); }
  Value* place_of(const Ref& ref, Frame* frame);
  // Functions among the arguments will be called or not, because of `l`.
  void may_call(const Arguments& arguments, LabelId l);
  void may_add(const Value& owner, const Value& index);  // before an item is read
  void may_raise(LabelId l);  // before what does or does not, by `l`, or changes something
  // Before the rest of `id`, of that frame, runs or not because of `l`; `before`: control until
  // now.
  void guard(NodeId id, Frame* frame, LabelId before, LabelId l);
  void guard_tries(LabelId before, LabelId l);
  void guard_rest(LabelId& guarded, NodeId id, Frame* frame, LabelId outside, LabelId l);
  void branch(NodeId id, LabelId why);  // `why` decides what of `id` runs
  // What leaving early from `id` would decide; `below`: of the open constructs, those around it.
  void exits(NodeId id) { exits(id, constructs_.size()); }
  void exits(NodeId id, std::size_t below);
  LabelId around(std::size_t place);
  void restore(LabelId outer) {
    control_ = join(join(outer, loop_exit_), join(function_exit_, join(raise_exit_, try_exit_)));
  }

  // execute.cc: runs the frame on top until it or what called it returns, or the normal flow ends.
  bool execute();
  bool execute_frames();
  bool step(const Instruction* pc);  // one that is rare
  bool step_made(const Instruction* pc, Value& out);
  bool step_open(const Instruction& i);
  bool step_close(const Instruction& i);
  bool quick_set_item(const Value& owner, const Value& index, const Value& v);
  bool quick_get(const Value* first, std::size_t count, Value& out);
  bool quick_call(Quick quick, const Value* first, std::size_t count, Value& out);
  Outcome finish(bool ok);

  // run_construct.cc
  Construct& open(Construct::Kind kind, NodeId node);
  bool is_open(NodeId node) const {
    return constructs_.size() > frame_->constructs && constructs_.back().node == node;
  }
  void close();  // the last one, left early or at its end
  void close_try(const Construct& construct, bool raised, LabelId& why);
  void close_loop(bool with_else);
  bool catches_all(NodeId id) const;
  void close_final();
  void catch_raised(const Construct& construct);
  bool unwind();  // to what catches the pending exception; false: nothing does
  bool test(const Value& v, NodeId id);
  bool test_loop(const Value& v);
  bool chain(const Value& seen, NodeId next, NodeId whole);
  bool choose(const Value& v, Value& labels, bool wanted, NodeId next, NodeId whole);
  void choose_rest(LabelId l, NodeId next, NodeId whole);
  void close_choice(NodeId id);
  bool begin_loop(Register items_at, NodeId id);
  bool next_of_loop(const Value& items, Value& out, bool& more);
  void next_of_while();
  bool begin_clause(Value& items, NodeId id, Container* into);
  bool next_of_clause(const Value& items, Value& out, bool& more);
  bool test_clause(const Value& v, Container* into, NodeId id);
  void end_clause();
  bool matches(const Value& exception, const Value& type, bool& out);

  // run_step.cc: instructions that take their time. `a`, `b`, `c` are those of the instruction.
  bool not_defined(const Value* place);
  bool defined(const Value& place) {
    return place.type() != Type::kUndefined || not_defined(&place);
  }
  void put_variable(Value& place, const Value& v, bool variable) {
    place = variable ? labelled(v, control_) : v;
  }
  bool step_operator(Operator op, const Value& a, const Value& b, Value& out);
  bool step_augmented(Operator op, const Value& old, const Value& v, Value& out);
  bool step_compare(Operator op, const Value& a, const Value& b, Value& out);
  bool step_item(const Value& owner, const Value& index, Value& out);
  bool step_set_item(const Value& owner, const Value& index, const Value& v);
  bool step_delete_item(const Value& owner, const Value& index);
  void not_there(const Value& place, const Ref& ref);
  bool step_load(const Instruction& i, Value& out);
  bool step_store_cell(Value& place, const Value& v);
  bool step_raise(const Value& v, const Value* cause);
  bool step_assert(Value& test, bool& holds);
  bool step_assert_fail(const Value& test, const Value* message);
  bool step_slice(const Value* parts, Value& out);
  bool step_unpack(const Value& v, NodeId targets, Value* out);
  bool step_display(const Instruction& i, Value* first, Value& out);
  bool step_spread(Value& v);
  bool step_merge(Dict* made, const Value& v);
  bool step_format(const Instruction& i, Value* registers, Value& out);
  bool step_join_text(const Instruction& i, Value* registers, Value& out);
  bool step_import(NodeId statement, NodeId alias, Value& out);
  bool step_function(NodeId id, const Value* defaults, Value& out);
  void step_fresh(NodeId id);
  void step_trace(const Instruction& i);

  // run_call.cc
  bool enter(const Function* function, const Value& callee, const Value* arguments,
             std::size_t count, Value* out, bool variable);
  bool enter_slowly(const Value& callee, Arguments& arguments, Value* out, bool variable);
  Frame* push_frame(const Function& function, std::size_t more);
  void enter_frame(Frame* frame, const Value& callee, Value* out, bool variable);
  void leave_frame(const Value* result);
  std::uint32_t current_line() const {
    return program_.lines[static_cast<std::size_t>(frame_->pc - program_.code.data())];
  }
  bool call_from(const Value& callee, const Value* arguments, std::size_t count, Value* out,
                 bool variable, bool& entered);
  bool call_other(const Value& callee, Arguments& arguments, Value& out, bool variable);
  bool call_method_of(const Instruction* pc, Value* registers, bool& entered);
  bool call_mixed(const Instruction* pc, Value* registers, bool& entered);
  bool call_builtin(const Instruction* pc, Value* registers);
  bool find_method_of(const Instruction* pc, Value* registers);
  bool step_tool(const Instruction* pc, Value* registers);
  bool spread_call(Value& v);
  bool spread_keys(Value& v);
  bool call_native(const Native& native, LabelId callee, Arguments& arguments, Value& out);
  bool call_function(const Value& callee, Arguments& arguments, Value& out);
  bool bind_arguments(const Function& function, Arguments& arguments, Value* slots);
  bool call_tool(std::uint32_t tool, LabelId callee, Arguments& arguments, Value& out);
  bool answered(const Answer& answer, Value& out);
  bool construct_under(Class* type, LabelId l, Arguments& arguments, Value& out);
  bool make_exception(Class* type, Arguments& arguments, Value& out);
  bool make_instance(Class* type, Arguments& arguments, Value& out);

  // run_class.cc
  bool class_head(NodeId id, const Value* values, Value& out);
  bool class_member(Class* made, NodeId id, const Value* values);
  bool field_options(const Node& call, const Value* values, Field& field);
  // field_limit.cc
  bool set_limit(Field& field, FieldLimit limit, const Value& v);
  bool within(const Class* owner, const Field& field, const Value& v);
  bool limit_schema(const Field& field, Dict* made);

  bool add_field(Class* made, const Node& n, const Value* values);
  bool add_member(Class* made, const Node& n, const Value* values);
  void keep_names(Class* made, NodeId annotation);
  bool annotated_name(const Class* owner, NodeId id, Value& out);
  bool literal_of(const Class* owner, NodeId id, Value& out);
  bool coerce(const Class* owner, NodeId annotation, Value& v, const std::string& field);
  bool coerce_named(const std::string& name, Value& v, bool& good);
  bool coerce_class(Class* type, Value& v, bool& good);
  bool coerce_subscript(const Class* owner, const Node& n, Value& v, bool& good);
  bool coerce_any(const Class* owner, NodeId annotation, Value& v, bool& good);
  bool annotation_schema(const Class* owner, NodeId annotation, Value& out);
  bool union_schema(const Values& types, bool null, Value& out);
  bool form_items(const Value& form, Value& v, bool& good);
  bool result_fits(Value& out);
  bool validate(Class* type, const Value& v, Value& out);
  friend bool model_validate(Run& run, Arguments& a, Value& out);

  bool repr_dict(const Value& v, std::string& out);
  bool repr_instance(const Value& v, std::string& out);
  bool put_new(Dict* owner, const Value& key, const Value& v, LabelId l);
  bool json_key(const std::string& key, Value& out);
  bool dict_to_json(const Value& v, LabelId l, const std::string& path, schema::Value& out,
                    std::vector<LeafLabel>* leaves);

  const Resolved& plan_;
  const Program& program_;
  const Tree& tree_;
  const std::vector<Signature>& tools_;
  label::Table& labels_;
  const Limits& limits_;
  Answers* host_;
  Value wanted_;  // the type of the result of the call under way; undefined: any
  Tracer* tracer_;
  std::uint64_t told_;
  std::uint64_t events_ = 0;

  Registers registers_;
  std::array<String*, 32> json_keys_{};
  Frame module_;
  std::vector<Construct> constructs_;
  Frame* frame_ = nullptr;
  Value* globals_ = nullptr;  // registers of the module
  std::vector<Class*> types_;
  std::vector<std::unique_ptr<Region>> regions_;  // by node, of function bodies behind them
  struct Site {                                   // what a method call found last
    Kind kind = Kind::kBig;
    const Native* native = nullptr;
    Quick quick = Quick::kNone;
  };
  std::vector<Site> sites_;
  std::vector<Site> builtins_;  // by index; kind kNative: looked for

  // Control: what decided that the present statement runs. The exits are what decided, in some
  // branch before, that it was not skipped; each holds to the end of its construct.
  LabelId control_ = label::kClean;
  LabelId loop_exit_ = label::kClean;
  LabelId function_exit_ = label::kClean;
  LabelId raise_exit_ = label::kClean;  // explicit raise and assert
  LabelId try_exit_ = label::kClean;    // whatever can raise inside of `try`
  LabelId native_ = label::kClean;      // of the arguments of the function of ours that runs
  LabelId compared_ = label::kClean;    // what it looked at besides, by decides()
  unsigned tries_ = 0;
  Around around_;  // what a label first decided on; where control is not clean
  Value handled_;  // the exception of the innermost handler
  Value last_;     // of the last expression statement of the module

  std::uint64_t steps_ = 0;
  std::uint32_t depth_ = 0;
  std::uint32_t nesting_ = 0;
  std::uint32_t executing_ = 0;  // execute() in each other, by way of native functions
  std::uint32_t calls_ = 0;
  std::uint32_t line_ = 0;
  bool line_said_ = false;  // by an execute() inside of this one
  bool tainted_ = false;    // some value had a label: until then all labels are clean
  bool waiting_ = false;    // for the answer to a call: its instruction is the frame's
  const char* stack_ = nullptr;
  std::string output_;
  LabelId output_label_ = label::kClean;
  Outcome outcome_;  // of kStop
};

// Tables (builtins.cc, methods_*.cc, modules.cc).
const Native* builtin_function(std::uint32_t index);
// Of a function or a type that is called; null: it is made in another way.
const Native* builtin_native(std::uint32_t index);
const Native* type_constructor(TypeName type);
const Native* find_method(const Value& receiver, std::string_view name);
bool module_member(Run& run, ModuleName module, std::string_view name, Value& out);
bool builtin_value(Run& run, std::uint32_t index, Value& out);

// Numbers (number.cc).
Number big_of(const Value& v);  // of a bool, an int, a big
bool is_integer(const Value& v);
bool integer_operation(Run& run, Operator op, const Value& a, const Value& b, Value& out);
std::string integer_text(const Value& v, int base = 10);  // 10, 16, 8, 2; no prefix
bool parse_integer(Run& run, std::string_view text, int base, Value& out, bool& good);
bool integer_of(Run& run, double number, Value& out);
double float_of(const Value& v);                     // of any number
double quotient_of(const Value& a, const Value& b);  // of integers, rounded once; b is not 0
int compare_numbers(const Value& a, const Value& b, bool& unordered);
std::string float_repr(double number);
bool parse_float(std::string_view text, double& out);
void repr_string(const std::string& text, std::string& out);

}  // namespace lang
