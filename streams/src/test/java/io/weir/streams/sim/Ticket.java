package io.weir.streams.sim;

import io.weir.contracts.holds.ReserveReply;

/**
 * What the edge dispatches.
 *
 * @param hold what was reserved
 * @param question what is asked
 */
record Ticket(ReserveReply hold, Question question) {}
