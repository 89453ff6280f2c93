// Slurm's topology/block (23.11 and later): base blocks of nodes that share NVLink, and aligned
// groups of 2^k of them. A job, or each of its segments, goes into one group of the smallest
// configured size that could hold it, the one with fewest free nodes, and uses no more blocks
// there than it must.
#include <algorithm>
#include <memory>
#include <numeric>
#include <string>

#include "scheduler/placer.hpp"
#include "scheduler/placers/block_counts.hpp"
#include "scheduler/placers/block_options.hpp"
#include "scheduler/placers/leaf_shares.hpp"
#include "scheduler/placers/node_weights.hpp"

namespace berth {
namespace {

// What is the same for all jobs of a fleet, kept beside its index.
struct BlockGround final : Occupancy::Beside {
  // REQUIRES: the fleet has levels.
  BlockGround(const BlockOptions& options, const Fleet& fleet)
      : level(options.level_in(fleet)),
        sizes(options.sizes_in(fleet, level)),
        weights(weights_of(fleet)) {}

  LevelId level;  // of base blocks
  BlockSizes sizes;
  std::vector<std::int32_t> weights;
};

constexpr auto any = [](std::uint32_t /*number*/) { return true; };

// Which blocks held nodes of low weight with room before the job came. Of groups that differ in the
// lowest weight that they hold, the lower comes first.
class BlockWeights {
 public:
  // `question`: of the nodes that count.
  BlockWeights(RoomQuestion question, const Occupancy& free, const BlockGround& ground)
      : fleet_(free.fleet()), level_(ground.level) {
    for (const std::int32_t weight : ground.weights) {
      if (ground.weights.size() > 1) {
        question.weight = weight;
        room_.push_back(&free.room_by_domain(question));
      }
    }
  }

  // At least 1.
  [[nodiscard]] std::size_t ranks() const { return std::max<std::size_t>(1, room_.size()); }
  // Whether the lightest nodes of these blocks are of that rank.
  [[nodiscard]] bool lightest_is(std::size_t rank, const BlockRange& range) const {
    for (std::size_t i = 0; i < room_.size() && i <= rank; ++i) {
      if (holds(*room_[i], range)) {
        return i == rank;
      }
    }
    return room_.empty();
  }

 private:
  [[nodiscard]] bool holds(const RoomIndex& room, const BlockRange& range) const {
    for (std::uint32_t block = range.first; block < range.past; ++block) {
      if (room.of(fleet_.at_place(level_, block)) > 0) {
        return true;
      }
    }
    return false;
  }

  const Fleet& fleet_;
  LevelId level_;
  std::vector<const RoomIndex*> room_;  // by rank of weight; none where nodes are alike
};

// One job on the blocks as they are.
class BlockWalk {
 public:
  BlockWalk(const BlockOptions& options, const BlockSizes& sizes, BlockCounts counts,
            BlockWeights weights)
      : options_(options),
        sizes_(sizes),
        counts_(std::move(counts)),
        weights_(std::move(weights)) {}

  std::optional<LeafShares> choose(std::uint32_t nodes, std::uint32_t segment) {
    if (options_.consolidate && segment < nodes) {
      if (auto shares = consolidated(nodes, segment)) {
        return shares;
      }
      counts_.forget();
      taken_.clear();
    }
    for (std::uint32_t left = nodes; left > 0; left -= segment) {
      if (!place(segment, counts_.all(), any)) {
        return std::nullopt;
      }
    }
    return shares();
  }

 private:
  struct Taken {
    std::uint32_t block = 0;
    std::uint32_t nodes = 0;
  };

  // All segments in one group that could hold them all: the one where the first goes by itself.
  std::optional<LeafShares> consolidated(std::uint32_t nodes, std::uint32_t segment) {
    const std::uint32_t whole_blocks = (segment + sizes_.base - 1) / sizes_.base * sizes_.base;
    const std::uint32_t wanted = options_.spread ? nodes / segment * whole_blocks : nodes;
    const auto level = sizes_.holding(wanted);
    const auto inside_of = [&](std::uint32_t block) {
      return level ? counts_.group(*level, block >> *level) : counts_.all();
    };
    const auto enough = [&](const BlockRange& range) {
      return level ? counts_.free_in(*level, range.first >> *level) >= nodes : true;
    };
    const std::uint32_t own = sizes_.holding(segment).value_or(0);
    const auto may = [&](std::uint32_t number) { return enough(inside_of(number << own)); };
    if (!place(segment, counts_.all(), may)) {
      return std::nullopt;
    }
    const BlockRange inside = inside_of(taken_.front().block);
    for (std::uint32_t left = nodes - segment; left > 0; left -= segment) {
      if (!place(segment, inside, any)) {
        return std::nullopt;
      }
    }
    return shares();
  }

  // So many nodes in one group of `range`, as one request.
  template <class May>
  bool place(std::uint32_t nodes, const BlockRange& range, const May& may) {
    const auto level = sizes_.holding(nodes);
    const std::uint32_t lower = sizes_.below(level);
    const std::uint32_t lower_nodes = sizes_.base << lower;
    const std::uint32_t at_most = (nodes + lower_nodes - 1) / lower_nodes;
    if (!level) {
      const auto fullest = counts_.fullest(lower, range);
      const std::uint64_t most = fullest ? counts_.free_in(lower, *fullest) : 0;
      return at_most * most >= nodes && fill(nodes, range, lower, at_most);
    }
    for (std::size_t rank = 0; rank < weights_.ranks(); ++rank) {
      const auto group = counts_.tightest(*level, nodes, range, [&](std::uint32_t number) {
        const BlockRange inside = counts_.group(*level, number);
        return weights_.lightest_is(rank, inside) && holds(inside, lower, at_most, nodes) &&
               may(number);
      });
      if (group) {
        return fill(nodes, counts_.group(*level, *group), lower, at_most);
      }
    }
    return false;
  }

  // Whether the `at_most` lower groups with most free nodes hold so many. REQUIRES: all do.
  [[nodiscard]] bool holds(const BlockRange& range, std::uint32_t lower, std::uint32_t at_most,
                           std::uint32_t nodes) const {
    const std::uint32_t first = range.first >> lower;
    const std::uint32_t past = ((range.past - 1) >> lower) + 1;
    if (past - first <= at_most) {
      return true;
    }
    std::vector<std::uint32_t> free;
    for (std::uint32_t number = first; number < past; ++number) {
      free.push_back(counts_.free_in(lower, number));
    }
    std::ranges::nth_element(free, free.begin() + at_most, std::ranges::greater{});
    return std::accumulate(free.begin(), free.begin() + at_most, 0U) >= nodes;
  }

  bool fill(std::uint32_t nodes, const BlockRange& inside, std::uint32_t lower,
            std::uint32_t at_most) {
    std::vector<std::uint32_t> used;  // lower groups
    const std::size_t before = taken_.size();
    while (nodes > 0) {
      auto block = block_of_used(used, lower, nodes);
      if (!block) {
        auto group = counts_.tightest(lower, nodes, inside, any);
        group = group ? group : counts_.fullest(lower, inside);
        if (!group || used.size() == at_most) {
          return false;
        }
        used.push_back(*group);
        block = best_block(counts_.group(lower, *group), nodes);
      }
      const std::uint32_t some = std::min(nodes, counts_.free(*block));
      counts_.take(*block, some);
      taken_.push_back({*block, some});
      nodes -= some;
    }
    for (std::size_t i = before; options_.spread && i < taken_.size(); ++i) {
      counts_.take(taken_[i].block, counts_.free(taken_[i].block));
    }
    return true;
  }

  // The block with fewest free nodes that holds the rest, or the one with most; the last of equals.
  [[nodiscard]] std::optional<std::uint32_t> best_block(const BlockRange& range,
                                                        std::uint32_t nodes) const {
    const auto block = counts_.tightest(0, nodes, range, any);
    return block ? block : counts_.fullest(0, range);
  }

  [[nodiscard]] std::optional<std::uint32_t> block_of_used(const std::vector<std::uint32_t>& used,
                                                           std::uint32_t lower,
                                                           std::uint32_t nodes) const {
    std::optional<std::uint32_t> best;
    for (const std::uint32_t group : used) {
      const auto block = best_block(counts_.group(lower, group), nodes);
      best = block && (!best || better(*block, *best, nodes)) ? block : best;
    }
    return best;
  }
  [[nodiscard]] bool better(std::uint32_t a, std::uint32_t b, std::uint32_t nodes) const {
    const std::uint32_t in_a = counts_.free(a);
    const std::uint32_t in_b = counts_.free(b);
    if ((in_a >= nodes) != (in_b >= nodes)) {
      return in_a >= nodes;
    }
    if (in_a != in_b) {
      return (in_a < in_b) == (in_a >= nodes);
    }
    return a > b;
  }

  [[nodiscard]] LeafShares shares() {
    std::ranges::sort(taken_, {}, &Taken::block);
    LeafShares shares;
    for (std::size_t i = 0; i < taken_.size(); ++i) {
      if (i > 0 && taken_[i].block == taken_[i - 1].block) {
        shares.back().count += taken_[i].nodes;
      } else {
        shares.push_back({counts_.nodes_of(taken_[i].block), taken_[i].nodes});
      }
    }
    return shares;
  }

  const BlockOptions& options_;
  const BlockSizes& sizes_;
  BlockCounts counts_;
  BlockWeights weights_;
  std::vector<Taken> taken_;
};

class SlurmBlock final : public Placer {
 public:
  explicit SlurmBlock(BlockOptions options)
      : options_(std::move(options)), owner_(std::make_shared<const int>(0)) {}

  [[nodiscard]] std::optional<Placement> place(const Request& request,
                                               const View& view) const override {
    const NodeAsk ask(request.shape, view.free.fleet());
    const auto shares = choose(request, ask, view.free);
    return shares ? take_shares(*shares, ask, request, view.free) : std::nullopt;
  }
  [[nodiscard]] bool fits(const Request& request, const View& view) const override {
    return choose(request, NodeAsk(request.shape, view.free.fleet()), view.free).has_value();
  }
  [[nodiscard]] bool takes_any_room() const override { return false; }
  [[nodiscard]] Heeds heeds() const override { return {.segment = true}; }
  [[nodiscard]] std::uint32_t alone_in_blocks(const Fleet& fleet) const override {
    return fleet.levels() == 0 ? alone_in_fleet : alone_in(options_.level_in(fleet));
  }
  [[nodiscard]] std::string contradiction(const Request& request,
                                          const Fleet& fleet) const override {
    const NodeAsk ask(request.shape, fleet);
    const std::uint32_t segment = segment_of(request, ask);
    return ask.nodes % segment == 0
               ? ""
               : std::to_string(ask.nodes) + " nodes are not made of segments of " +
                     std::to_string(segment);
  }
  void check_fleet(const Fleet& fleet) const override {
    if (fleet.levels() > 0) {
      static_cast<void>(options_.level_in(fleet));
    } else {
      static_cast<void>(options_.level.in(fleet));
    }
  }

 private:
  // Nodes. That of the request comes before the placer's, as sbatch --segment before SegmentSize;
  // one larger than the job is none.
  [[nodiscard]] std::uint32_t segment_of(const Request& request, const NodeAsk& ask) const {
    std::uint32_t segment = options_.segment;
    if (request.terms && request.terms->segment > 0) {
      segment = (request.terms->segment - 1) / ask.tasks_per_node + 1;
    }
    return segment == 0 ? ask.nodes : std::min(segment, ask.nodes);
  }
  // Where it wants nobody beside it, blocks with anybody in them count as full.
  [[nodiscard]] std::optional<LeafShares> choose(const Request& request, const NodeAsk& ask,
                                                 const Occupancy& free) const {
    const Fleet& fleet = free.fleet();
    const std::uint32_t segment = segment_of(request, ask);
    const bool alone = request.shape.alone > 0;
    if (ask.nodes % segment != 0) {
      return std::nullopt;
    }
    if (fleet.levels() == 0) {  // one block
      const NodeRange all{0, fleet.nodes()};
      const bool found = free.room_by_domain(ask.each, RoomUnit::nodes).all() >= ask.nodes &&
                         (!alone || free.idle(all));
      return found ? std::optional(LeafShares{{all, ask.nodes}}) : std::nullopt;
    }
    const auto& ground = free.beside<BlockGround>(
        owner_, [&] { return std::make_unique<BlockGround>(options_, fleet); });
    RoomQuestion question{ask.each, RoomUnit::nodes};
    if (alone) {
      question.level = ground.level.index();
      question.alone = true;
    }
    const RoomIndex& room = free.room_by_domain(question);
    if (room.all() < ask.nodes) {
      return std::nullopt;
    }
    return BlockWalk(options_, ground.sizes, BlockCounts(fleet, room, ground.level),
                     BlockWeights(question, free, ground))
        .choose(ask.nodes, segment);
  }

  BlockOptions options_;
  std::shared_ptr<const int> owner_;  // of what is kept beside an index
};

}  // namespace

std::unique_ptr<const Placer> slurm_block(Setting setting) {
  return std::make_unique<SlurmBlock>(BlockOptions::read(setting));
}

}  // namespace berth
