package io.weir.metering.accounts;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.weir.contracts.holds.AccountView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answer of {@code GET /v1/accounts}.
 *
 * @param accounts by name, in the order of its bytes; as last booked
 * @param next what to send as {@code after} for the next page; absent on the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AccountPage(
        List<AccountView> accounts, @Nullable String next) {
    public AccountPage {
        accounts = List.copyOf(accounts);
    }
}
