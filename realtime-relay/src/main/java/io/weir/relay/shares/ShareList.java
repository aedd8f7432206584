package io.weir.relay.shares;

import java.util.List;

/**
 * Answer of {@code GET /v1/sessions/{id}/shares}.
 *
 * @param shares by account
 */
public record ShareList(List<Entry> shares) {
    public ShareList {
        shares = List.copyOf(shares);
    }

    /**
     * One share.
     *
     * @param account who has it
     * @param right {@code view} or {@code edit}
     */
    public record Entry(String account, String right) {}
}
