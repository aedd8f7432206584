package io.weir.relay.access;

import io.smallrye.mutiny.Uni;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.HeaderText;
import io.weir.contracts.id.TenantId;
import io.weir.contracts.problem.ProblemType;
import io.weir.relay.access.Verification.Rejected;
import io.weir.relay.access.Verification.Verified;
import io.weir.relay.problem.ProblemException;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** On whose behalf an HTTP request reads. */
@Singleton
public class Callers {
    private static final String INTERNAL = "internal";

    private final TokenVerifier verifier;

    Callers(TokenVerifier verifier) {
        this.verifier = verifier;
    }

    /**
     * Whose data a request is about.
     *
     * @param tenant isolation boundary
     * @param account the account
     */
    public record Owner(TenantId tenant, AccountId account) {}

    /**
     * The bearer's own data; or that of the account in the headers, for a service with scope {@code internal}. Fails with a
     * {@link ProblemException}.
     */
    public Uni<Owner> owner(@Nullable String authorization, @Nullable String tenant, @Nullable String account) {
        return viewer(authorization).map(viewer -> owner(viewer, tenant, account));
    }

    private Uni<Viewer> viewer(@Nullable String authorization) {
        String token = Bearer.of(authorization).orElse(null);
        if (token == null) {
            return Uni.createFrom().failure(new ProblemException(ProblemType.UNAUTHENTICATED, "Send a bearer token"));
        }
        return verifier.verify(token).map(verification -> switch (verification) {
            case Rejected rejected -> throw new ProblemException(ProblemType.UNAUTHENTICATED, rejected.message());
            case Verified(Viewer viewer) -> viewer;
        });
    }

    /** The account in the headers, for a service with scope {@code internal}; nobody else may ask. */
    public Uni<Owner> service(@Nullable String authorization, @Nullable String tenant, @Nullable String account) {
        if (tenant == null || account == null) {
            return Uni.createFrom()
                    .failure(new ProblemException(ProblemType.FORBIDDEN, "Only services, and for an account"));
        }
        return owner(authorization, tenant, account);
    }

    /** Passes for a service with scope {@code internal}, on nobody's behalf; fails with a {@link ProblemException}. */
    public Uni<Void> internal(@Nullable String authorization) {
        return viewer(authorization)
                .invoke(viewer -> {
                    if (!viewer.may(INTERNAL)) {
                        throw new ProblemException(ProblemType.FORBIDDEN, "Only services");
                    }
                })
                .replaceWithVoid();
    }

    private static Owner owner(Viewer viewer, @Nullable String tenant, @Nullable String account) {
        if (account == null && tenant == null) {
            return new Owner(viewer.tenant(), viewer.account());
        }
        if (!viewer.may(INTERNAL)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "Only services speak for others");
        }
        if (account == null || tenant == null) {
            throw new ProblemException(ProblemType.MALFORMED, "Weir-Tenant and Weir-Account come together");
        }
        try {
            return new Owner(new TenantId(HeaderText.decode(tenant)), new AccountId(HeaderText.decode(account)));
        } catch (IllegalArgumentException e) {
            throw new ProblemException(ProblemType.MALFORMED, "Weir-Tenant or Weir-Account is no identifier");
        }
    }
}
