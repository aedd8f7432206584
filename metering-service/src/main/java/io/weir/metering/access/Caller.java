package io.weir.metering.access;

import io.quarkus.security.identity.SecurityIdentity;
import io.weir.contracts.id.AccountId;
import io.weir.contracts.problem.ProblemType;
import io.weir.metering.answer.ProblemException;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.RequestScoped;
import java.util.Arrays;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** The token of the current request: an account reads its own, billing and admin and our services read all. */
@RequestScoped
public class Caller {
    /** Scope of the services that hold credits. */
    public static final String HOLD = "hold";

    /** Role that reads every account. */
    public static final String BILLING = "billing";

    /** Role that gives credits and sets prices. */
    public static final String ADMIN = "admin";

    private final SecurityIdentity identity;
    private final MeteringSettings settings;

    Caller(SecurityIdentity identity, MeteringSettings settings) {
        this.identity = identity;
        this.settings = settings;
    }

    /** True for our own services, which act on behalf of the account that they name. */
    public boolean isService() {
        return Arrays.asList(claim("scope").split(" ", -1)).contains(HOLD);
    }

    /** True for the account itself and for those who read all. */
    public boolean mayRead(AccountId account) {
        return isService()
                || identity.hasRole(BILLING)
                || identity.hasRole(ADMIN)
                || claim(settings.accountClaim()).equals(account.value());
    }

    /** True for people who read all accounts. */
    public boolean readsAll() {
        return identity.hasRole(BILLING) || identity.hasRole(ADMIN);
    }

    /** Refuses whoever may not read the account. */
    public void mustRead(AccountId account) {
        if (!mayRead(account)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "This token does not give the right to do that.");
        }
    }

    /** Refuses whoever may not act for the account: others than itself, our services and admins. */
    public void mustAct(AccountId account) {
        boolean own = claim(settings.accountClaim()).equals(account.value());
        if (!own && !isService() && !identity.hasRole(ADMIN)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "This token does not give the right to do that.");
        }
    }

    /** Refuses whoever may not book usage on any account: others than our services and admins. */
    public void mustBook() {
        if (!isService() && !identity.hasRole(ADMIN)) {
            throw new ProblemException(ProblemType.FORBIDDEN, "This token does not give the right to do that.");
        }
    }

    /** The account that a person's token names. */
    public AccountId account() {
        String own = claim(settings.accountClaim());
        if (isService() || own.isEmpty()) {
            throw ProblemException.malformed("account is missing.");
        }
        return new AccountId(own);
    }

    /** Name for the record of who did something. */
    public String name() {
        return identity.getPrincipal().getName();
    }

    private String claim(String name) {
        if (identity.getPrincipal() instanceof JsonWebToken token && token.getClaim(name) instanceof String text) {
            return text;
        }
        return "";
    }
}
