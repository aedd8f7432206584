package io.weir.metering.receipts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.Tuple;
import io.weir.metering.database.Database;
import io.weir.metering.settings.MeteringSettings;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The key that signs receipts, and all that ever did: from configuration, or else made once and kept in the database,
 * where the first process that needs it decides for all.
 */
@Startup
@ApplicationScoped
class ReceiptKeys {
    private static final String KEEP = "INSERT INTO receipt_key (jwk) VALUES ($1) ON CONFLICT DO NOTHING RETURNING jwk";
    private static final String KEPT = "SELECT jwk FROM receipt_key";

    private final Database database;
    private final ObjectMapper json;
    private final Optional<ReceiptKey> configured;
    private final List<ReceiptKey> former = new ArrayList<>();
    private final AtomicReference<ReceiptKey> kept = new AtomicReference<>();

    ReceiptKeys(Database database, ObjectMapper json, MeteringSettings settings) {
        this.database = database;
        this.json = json;
        this.configured = settings.receipts().key().map(this::checked);
        settings.receipts().formerKeys().ifPresent(keys -> tree(keys)
                .path("keys")
                .forEach(key -> former.add(ReceiptKey.of(text(key, "x"), null))));
    }

    /** The key that signs. */
    Uni<ReceiptKey> signing() {
        return configured.map(key -> Uni.createFrom().item(key)).orElseGet(this::own);
    }

    /** Whatever receipts may be signed with. */
    Uni<List<ReceiptKey>> published() {
        return signing().chain(signing -> database.all(KEPT, Tuple.tuple(), row -> row.getString("jwk"))
                .map(rows -> {
                    List<ReceiptKey> keys = new ArrayList<>(List.of(signing.published()));
                    rows.forEach(row -> keys.add(parse(row).published()));
                    keys.addAll(former);
                    return keys.stream().distinct().toList();
                }));
    }

    private Uni<ReceiptKey> own() {
        ReceiptKey known = kept.get();
        return known != null ? Uni.createFrom().item(known) : keep().invoke(kept::set);
    }

    private Uni<ReceiptKey> keep() {
        return database.all(KEPT, Tuple.tuple(), row -> row.getString("jwk"))
                .chain(rows -> rows.isEmpty() ? make() : Uni.createFrom().item(rows))
                .map(rows -> parse(rows.getFirst()));
    }

    private Uni<List<String>> make() {
        return database.all(KEEP, Tuple.of(write(ReceiptKey.fresh())), row -> row.getString("jwk"))
                .chain(_ -> database.all(KEPT, Tuple.tuple(), row -> row.getString("jwk")));
    }

    private ReceiptKey checked(String jwk) {
        ReceiptKey key = parse(jwk);
        if (!key.verifies("weir", key.sign("weir"))) {
            throw new IllegalArgumentException("weir.metering.receipts.key: d and x are not of one Ed25519 key");
        }
        return key;
    }

    private ReceiptKey parse(String jwk) {
        JsonNode tree = tree(jwk);
        return ReceiptKey.of(text(tree, "x"), text(tree, "d"));
    }

    private JsonNode tree(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException _) {
            throw new IllegalArgumentException("weir.metering.receipts: a key is no JSON");
        }
    }

    private static String text(JsonNode key, String field) {
        if (!key.path(field).isTextual()) {
            throw new IllegalArgumentException("weir.metering.receipts: a key has no " + field);
        }
        return key.path(field).textValue();
    }

    private String write(ReceiptKey key) {
        try {
            return json.writeValueAsString(key);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
