package io.weir.relay.access;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.TenantId;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The configured table of topics. A name that matches a row is what the row says, whether joined as private or public, and
 * denied to whoever has no right by it. A name that matches no row is denied as private topic; as a public one it is open
 * to everybody who is signed in to the tenant.
 */
@Singleton
public class TopicTable {
    private static final Pattern VARIABLE = Pattern.compile("\\{([a-z]+)}");

    private final List<Compiled> rows;

    TopicTable(TopicConfig config) {
        this.rows = config.rows().values().stream()
                .map(Compiled::of)
                .sorted(Comparator.comparingInt(Compiled::literalLength).reversed())
                .toList();
    }

    /** What {@code viewer} may do on {@code name}. */
    public TopicAccess access(Viewer viewer, String name, boolean privately) {
        for (Compiled row : rows) {
            Optional<Map<String, String>> variables = row.match(name);
            if (variables.isPresent()) {
                return row.access(viewer, name, variables.get());
            }
        }
        return privately
                ? new TopicAccess.Denied()
                : new TopicAccess.Granted(new TopicKey.Free(viewer.tenant(), name), true, true);
    }

    /** The topic that a stream of {@code account} with this topic name belongs to. */
    public TopicKey keyOf(TenantId tenant, AccountId account, String name) {
        return rows.stream()
                .filter(row -> row.match(name).isPresent())
                .findFirst()
                .map(row -> row.key(tenant, account, name))
                .orElseGet(() -> new TopicKey.Owned(tenant, account, name));
    }

    /** What a name says: the variables of its row and their values; empty for a name that matches no row. */
    public Map<String, String> variablesOf(String name) {
        return rows.stream()
                .flatMap(row -> row.match(name).stream())
                .findFirst()
                .orElse(Map.of());
    }

    /** Wire name of the vocabulary of a topic; {@code otherwise} where no row knows it. */
    public String vocabularyOf(String name, String otherwise) {
        return rows.stream()
                .filter(row -> row.match(name).isPresent())
                .findFirst()
                .map(row -> row.row().vocabulary())
                .orElse(otherwise);
    }

    private record Compiled(TopicConfig.Row row, Pattern pattern, List<String> names, int literalLength) {
        static Compiled of(TopicConfig.Row row) {
            var regex = new StringBuilder();
            List<String> names = new ArrayList<>();
            Matcher variables = VARIABLE.matcher(row.pattern());
            int from = 0;
            int literal = 0;
            while (variables.find()) {
                regex.append(Pattern.quote(row.pattern().substring(from, variables.start())));
                literal += variables.start() - from;
                from = variables.end();
                // Only the last variable may hold colons: a name is read in one way.
                boolean last = row.pattern().indexOf('{', from) < 0;
                regex.append(last ? "(.+)" : "([^:]+)");
                names.add(variables.group(1));
            }
            regex.append(Pattern.quote(row.pattern().substring(from)));
            literal += row.pattern().length() - from;
            return new Compiled(row, Pattern.compile(regex.toString(), Pattern.DOTALL), List.copyOf(names), literal);
        }

        Optional<Map<String, String>> match(String name) {
            Matcher matcher = pattern.matcher(name);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            Map<String, String> variables = new LinkedHashMap<>();
            for (int i = 0; i < names.size(); i++) {
                variables.put(names.get(i), matcher.group(i + 1));
            }
            return Optional.of(variables);
        }

        TopicAccess access(Viewer viewer, String name, Map<String, String> variables) {
            if (!anyOf(row.read(), viewer, variables)) {
                return new TopicAccess.Denied();
            }
            return new TopicAccess.Granted(
                    key(viewer.tenant(), viewer.account(), name),
                    anyOf(row.write(), viewer, variables),
                    anyOf(row.control(), viewer, variables));
        }

        TopicKey key(TenantId tenant, AccountId account, String name) {
            return row.read().contains(Rule.OWNER)
                    ? new TopicKey.Owned(tenant, account, name)
                    : new TopicKey.Shared(tenant, name);
        }

        private static boolean anyOf(List<Rule> rules, Viewer viewer, Map<String, String> variables) {
            return rules.stream().anyMatch(rule -> rule.allows(viewer, variables));
        }
    }
}
