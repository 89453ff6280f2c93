#include "scheduler/admissions/kueue_quota.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/check.hpp"
#include "core/int128.hpp"

namespace berth {
namespace {

// Three factors of a comparison, one of them a weight below 2^30, have to fit 128 bits.
constexpr std::int64_t part_most = std::int64_t{1} << 46;

// borrowed / lendable in lowest terms, and of numbers that are too large even then what they come
// to nearly.
DominantShare part_of(std::int64_t borrowed, std::int64_t lendable, std::int64_t weight) {
  const std::int64_t divisor = std::gcd(borrowed, lendable);
  DominantShare part{borrowed / divisor, weight, lendable / divisor};
  while (part.borrowed > part_most || part.lendable > part_most) {
    part.borrowed /= 2;
    part.lendable = std::max(part.lendable / 2, std::int64_t{1});
  }
  return part;
}

std::int64_t sum(std::int64_t a, std::int64_t b) {
  return a >= without_limit - b ? without_limit : a + b;
}

}  // namespace

std::strong_ordering DominantShare::operator<=>(const DominantShare& other) const {
  const bool endless = borrowed > 0 && weight == 0;
  const bool other_endless = other.borrowed > 0 && other.weight == 0;
  if (endless || other_endless) {
    return endless <=> other_endless;
  }
  // Who borrows nothing has none, whatever the weight.
  const Int128 ours = Int128{borrowed} * other.lendable * (other.borrowed == 0 ? 1 : other.weight);
  const Int128 theirs = Int128{other.borrowed} * lendable * (borrowed == 0 ? 1 : weight);
  return ours < theirs   ? std::strong_ordering::less
         : ours > theirs ? std::strong_ordering::greater
                         : std::strong_ordering::equal;
}

std::uint32_t Quota::add(QuotaNode node) {
  const auto id = nodes();
  check(!node.parent || *node.parent < id, "a cohort is there before its members");
  check(node.nominal.size() == flavors_, "each flavor has a quota");
  if (node.parent) {
    leaves_[*node.parent] = 0;
  }
  leaves_.push_back(1);
  nodes_.push_back(std::move(node));
  books_.resize(std::size_t{nodes()} * flavors_);
  count_anew();
  return id;
}

// A member more makes its cohorts larger, and what they keep for themselves.
void Quota::count_anew() {
  for (Book& book : books_) {
    book.has = Amounts{};
  }
  for (std::uint32_t flavor = 0; flavor < flavors_; ++flavor) {
    for (std::size_t kind = 0; kind < 3; ++kind) {
      for (std::uint32_t node = nodes(); node-- > 0;) {
        Book& book = books_[at(node, flavor)];
        book.has[kind] = sum(book.has[kind], nodes_[node].nominal[flavor][kind]);
        if (leaves_[node] == 0) {
          book.uses[kind] = 0;
        }
        if (const auto up = nodes_[node].parent) {
          auto& has = books_[at(*up, flavor)].has[kind];
          has = sum(has, book.has[kind] - keeps(node, flavor, kind));
        }
      }
      for (std::uint32_t node = nodes(); node-- > 0;) {
        if (const auto up = nodes_[node].parent) {
          books_[at(*up, flavor)].uses[kind] += std::max(
              std::int64_t{0}, books_[at(node, flavor)].uses[kind] - keeps(node, flavor, kind));
        }
      }
      for (std::uint32_t node = 0; node < nodes(); ++node) {
        Book& book = books_[at(node, flavor)];
        const auto up = nodes_[node].parent;
        book.most[kind] =
            up ? std::min(sum(keeps(node, flavor, kind), books_[at(*up, flavor)].most[kind]),
                          may_use(node, flavor, kind))
               : book.has[kind];
      }
    }
  }
}

std::int64_t Quota::keeps(std::uint32_t node, std::uint32_t flavor, std::size_t kind) const {
  return std::max(std::int64_t{0},
                  books_[at(node, flavor)].has[kind] - nodes_[node].lending[flavor][kind]);
}

// By its own limits; those above it come on top.
std::int64_t Quota::may_use(std::uint32_t node, std::uint32_t flavor, std::size_t kind) const {
  const std::int64_t has = books_[at(node, flavor)].has[kind];
  return nodes_[node].parent ? sum(has, nodes_[node].borrowing[flavor][kind]) : has;
}

void Quota::take(std::uint32_t queue, std::uint32_t flavor, const Amounts& amounts) {
  change(queue, flavor, amounts, 1);
}

void Quota::give_back(std::uint32_t queue, std::uint32_t flavor, const Amounts& amounts) {
  change(queue, flavor, amounts, -1);
}

void Quota::change(std::uint32_t queue, std::uint32_t flavor, const Amounts& amounts,
                   std::int64_t sign) {
  for (std::size_t kind = 0; kind < 3; ++kind) {
    std::int64_t more = sign * amounts[kind];
    std::optional<std::uint32_t> node = queue;
    while (node && more != 0) {
      std::int64_t& uses = books_[at(*node, flavor)].uses[kind];
      const std::int64_t kept = keeps(*node, flavor, kind);
      const std::int64_t before = std::max(std::int64_t{0}, uses - kept);
      uses += more;
      check(uses >= 0, "only what was taken is given back");
      more = std::max(std::int64_t{0}, uses - kept) - before;
      node = nodes_[*node].parent;
    }
  }
}

bool Quota::fits(std::uint32_t queue, std::uint32_t flavor, const Amounts& wanted) const {
  for (std::size_t kind = 0; kind < 3; ++kind) {
    std::int64_t more = counted_[kind] ? wanted[kind] : 0;
    std::optional<std::uint32_t> node = queue;
    while (node && more > 0) {
      const std::int64_t uses = books_[at(*node, flavor)].uses[kind];
      if (more > may_use(*node, flavor, kind) - uses) {
        return false;
      }
      const std::int64_t left = std::max(std::int64_t{0}, keeps(*node, flavor, kind) - uses);
      more = std::max(std::int64_t{0}, more - left);
      node = nodes_[*node].parent;
    }
  }
  return true;
}

bool Quota::ever_fits(std::uint32_t queue, std::uint32_t flavor, const Amounts& wanted) const {
  const Amounts& most = books_[at(queue, flavor)].most;
  for (std::size_t kind = 0; kind < 3; ++kind) {
    if (counted_[kind] && wanted[kind] > most[kind]) {
      return false;
    }
  }
  return true;
}

bool Quota::within(std::uint32_t node, std::uint32_t flavor, const Amounts& more) const {
  const Book& book = books_[at(node, flavor)];
  for (std::size_t kind = 0; kind < 3; ++kind) {
    if (counted_[kind] && more[kind] > 0 && more[kind] > book.has[kind] - book.uses[kind]) {
      return false;
    }
  }
  return true;
}

bool Quota::borrows(std::uint32_t node, std::uint32_t flavor, const Amounts& of) const {
  const Book& book = books_[at(node, flavor)];
  for (std::size_t kind = 0; kind < 3; ++kind) {
    if (counted_[kind] && of[kind] > 0 && book.uses[kind] > book.has[kind]) {
      return true;
    }
  }
  return false;
}

DominantShare Quota::share(std::uint32_t node) const {
  const std::int64_t weight = nodes_[node].weight;
  DominantShare share{0, weight};
  const auto up = nodes_[node].parent;
  for (std::size_t kind = 0; up && kind < 3; ++kind) {
    std::int64_t borrowed = 0;
    std::int64_t lendable = 0;
    for (std::uint32_t flavor = 0; flavor < flavors_; ++flavor) {
      const Book& book = books_[at(node, flavor)];
      borrowed = sum(borrowed, std::max(std::int64_t{0}, book.uses[kind] - book.has[kind]));
      lendable = sum(lendable, books_[at(*up, flavor)].most[kind]);
    }
    if (counted_[kind] && borrowed > 0 && lendable > 0) {
      const DominantShare part = part_of(borrowed, lendable, weight);
      const bool larger =
          Int128{part.borrowed} * share.lendable > Int128{share.borrowed} * part.lendable;
      share = larger ? part : share;
    }
  }
  return share;
}

bool Quota::same_uses(const Quota& other) const {
  return std::ranges::equal(books_, other.books_, {}, &Book::uses, &Book::uses);
}

std::uint32_t Quota::root(std::uint32_t node) const {
  while (const auto up = nodes_[node].parent) {
    node = *up;
  }
  return node;
}

std::vector<std::uint32_t> Quota::places() const {
  std::vector<std::vector<std::uint32_t>> children(nodes());
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    if (nodes_[node].parent) {
      children[*nodes_[node].parent].push_back(node);
    }
  }
  std::vector<std::uint32_t> places(nodes());
  for (std::uint32_t node = 0; node < nodes(); ++node) {
    std::uint32_t next = leaves_[node];  // a queue alone is like one of many
    if (!nodes_[node].parent) {
      place(node, children, places, next);
    }
  }
  return places;
}

void Quota::place(std::uint32_t node, const std::vector<std::vector<std::uint32_t>>& children,
                  std::vector<std::uint32_t>& places, std::uint32_t& next) const {
  std::vector<std::pair<DominantShare, std::uint32_t>> by_share;
  for (const std::uint32_t child : children[node]) {
    by_share.emplace_back(share(child), child);
  }
  std::ranges::stable_sort(by_share,
                           [](const auto& a, const auto& b) { return a.first < b.first; });
  places[node] = next;
  for (std::size_t i = 0; i < by_share.size(); ++i) {
    const auto& [share, child] = by_share[i];
    const bool tied = i > 0 && by_share[i - 1].first == share && leaves_[child] != 0 &&
                      leaves_[by_share[i - 1].second] != 0;
    if (tied) {
      places[child] = places[by_share[i - 1].second];
    } else {
      place(child, children, places, ++next);
    }
  }
}

}  // namespace berth
