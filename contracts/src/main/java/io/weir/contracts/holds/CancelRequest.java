package io.weir.contracts.holds;

import io.weir.contracts.id.AccountId;

/**
 * Body of {@code POST /v1/holds/{stream}/cancel}: store the stop on the hold.
 *
 * @param account the caller's account; another's stream is 404
 */
public record CancelRequest(AccountId account) {}
