package io.weir.metering.grants;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.quarkus.panache.common.Sort;
import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.AccountId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/** Reads grants. */
@ApplicationScoped
class GrantRows implements PanacheRepositoryBase<GrantRow, UUID> {
    private static final int NEWEST = 200;

    Uni<List<GrantRow>> of(AccountId account) {
        return find("account", Sort.descending("createdAt").and("id"), account.value())
                .page(0, NEWEST)
                .list();
    }
}
