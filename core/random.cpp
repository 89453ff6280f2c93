#include "core/random.hpp"

#include <Random123/philox.h>

namespace berth {

void Random::refill() {
  using Philox = r123::Philox4x64_R<10>;
  const Philox::key_type key{{run_.seed, run_.replication}};
  const Philox::ctr_type counter{{block_, entity_, stream_, 0}};
  const Philox::ctr_type drawn = Philox{}(counter, key);
  bits_ = {drawn[0], drawn[1], drawn[2], drawn[3]};
  used_ = 0;
  ++block_;
}

}  // namespace berth
