#include "scheduler/term_scopes.hpp"

#include <algorithm>

namespace berth {
namespace {

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace

bool selects(const Terms& terms, const NodeKind& kind) {
  const auto labelled = [&kind](const std::string& label) { return has(kind.labels, label); };
  return (terms.gpu_models.empty() || has(terms.gpu_models, kind.gpu_model)) &&
         std::ranges::all_of(terms.labels, labelled);
}

bool suits(const NodeKind& kind, const Terms& terms) {
  const auto tolerated = [&terms](const std::string& taint) { return has(terms.tolerates, taint); };
  return selects(terms, kind) && std::ranges::all_of(kind.taints, tolerated);
}

TermScopes::TermScopes(const Fleet& fleet)
    : fleet_(fleet), tainted_(std::ranges::any_of(fleet.kinds(), [](const NodeKind& kind) {
        return !kind.taints.empty();
      })) {}

ScopeId TermScopes::of(const Terms* terms, Scopes& scopes) {
  static const Terms none;
  const Terms& wanted = terms != nullptr ? *terms : none;
  if (!tainted_ && wanted.gpu_models.empty() && wanted.labels.empty()) {
    return all_nodes;
  }
  const Key key{wanted.gpu_models, wanted.labels, wanted.tolerates};
  if (const auto found = known_.find(key); found != known_.end()) {
    return found->second;
  }
  NodeSet nodes(fleet_.nodes());
  for (std::uint32_t node = 0; node < fleet_.nodes(); ++node) {
    if (suits(fleet_.kind(NodeId(node)), wanted)) {
      nodes.insert(node);
    }
  }
  return known_[key] = scopes.of(nodes);
}

ScopeId TermScopes::filled_by(const Shape& shape, Scopes& scopes) {
  Shape task = shape;
  task.tasks = 1;
  task.group = 0;
  task.apart = 0;
  task.alone = 0;
  if (const auto found = filled_.find(task); found != filled_.end()) {
    return found->second;
  }
  NodeSet nodes(fleet_.nodes());
  for (std::uint32_t node = 0; node < fleet_.nodes(); ++node) {
    const NodeKind& kind = fleet_.kind(NodeId(node));
    if (Shape{1, kind.gpus, kind.cpu_milli, kind.memory} == task) {
      nodes.insert(node);
    }
  }
  return filled_[task] = scopes.of(nodes);
}

}  // namespace berth
