package io.weir.relay.access;

import io.weir.contracts.id.AccountId;
import io.weir.contracts.id.SessionId;
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

    /** What {@code viewer} may do on {@code name} where nothing is shared with them. */
    public TopicAccess access(Viewer viewer, String name, boolean privately) {
        return access(viewer, name, privately, Optional.empty());
    }

    /**
     * What {@code viewer} may do on {@code name}.
     *
     * @param right of the share that the name asks for; see {@link #share}
     */
    public TopicAccess access(Viewer viewer, String name, boolean privately, Optional<ShareRight> right) {
        for (Compiled row : rows) {
            Optional<Map<String, String>> variables = row.match(name);
            if (variables.isPresent()) {
                return row.access(viewer, name, variables.get(), right);
            }
        }
        return privately
                ? new TopicAccess.Denied()
                : new TopicAccess.Granted(new TopicKey.Free(viewer.tenant(), name), true, true);
    }

    /** The topic to which {@code viewer} may broadcast by this name, whether they may read it or not. */
    public Optional<TopicKey> writable(Viewer viewer, String name, boolean privately) {
        for (Compiled row : rows) {
            Optional<Map<String, String>> variables = row.match(name);
            if (variables.isPresent()) {
                return Compiled.anyOf(row.row().write(), viewer, variables.get(), Optional.empty())
                        ? Optional.of(row.key(viewer.tenant(), viewer.account(), name, variables.get()))
                        : Optional.empty();
            }
        }
        return privately ? Optional.empty() : Optional.of(new TopicKey.Free(viewer.tenant(), name));
    }

    /** The share that decides what {@code viewer} may do on {@code name}; empty for most names, and for the owner. */
    public Optional<Share> share(Viewer viewer, String name) {
        return rows.stream()
                .flatMap(row -> row.match(name).map(variables -> row.share(viewer, variables)).stream())
                .findFirst()
                .flatMap(share -> share);
    }

    /**
     * The topic that a stream of {@code account} with this topic name belongs to. A name never reaches into what another
     * account owns.
     */
    public TopicKey keyOf(TenantId tenant, AccountId account, String name) {
        return own(name)
                .map(row -> row.key(tenant, account, name, Map.of()))
                .orElseGet(() -> new TopicKey.Owned(tenant, account, name));
    }

    /** What a name says: the variables of its row and their values; empty for a name that matches no row. */
    public Map<String, String> variablesOf(String name) {
        return rows.stream()
                .flatMap(row -> row.match(name).stream())
                .findFirst()
                .orElse(Map.of());
    }

    /** How what is said on a topic is told. */
    public TopicKind kindOf(String name) {
        return rows.stream()
                .filter(row -> row.match(name).isPresent())
                .findFirst()
                .map(row -> row.row().kind())
                .orElse(TopicKind.STREAMS);
    }

    /** Wire name of the vocabulary of a topic; {@code otherwise} where no row knows it. */
    public String vocabularyOf(String name, String otherwise) {
        return own(name).map(row -> row.row().vocabulary()).orElse(otherwise);
    }

    private Optional<Compiled> own(String name) {
        return rows.stream()
                .filter(row -> row.row().opens().isEmpty() && row.match(name).isPresent())
                .findFirst();
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
                // All but the last variable end where the text behind them begins: a name is read in one way.
                boolean last = row.pattern().indexOf('{', from) < 0;
                regex.append(last ? "(.+)" : "([^" + Pattern.quote(behind(row.pattern(), from)) + "]+)");
                names.add(variables.group(1));
            }
            regex.append(Pattern.quote(row.pattern().substring(from)));
            literal += row.pattern().length() - from;
            return new Compiled(row, Pattern.compile(regex.toString(), Pattern.DOTALL), List.copyOf(names), literal);
        }

        private static String behind(String pattern, int from) {
            if (from >= pattern.length() || pattern.charAt(from) == '{') {
                throw new IllegalArgumentException("weir.relay.topics: no text between two variables of " + pattern);
            }
            return pattern.substring(from, from + 1);
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

        TopicAccess access(Viewer viewer, String name, Map<String, String> variables, Optional<ShareRight> right) {
            if (!anyOf(row.read(), viewer, variables, right)) {
                return new TopicAccess.Denied();
            }
            return new TopicAccess.Granted(
                    key(viewer.tenant(), viewer.account(), name, variables),
                    anyOf(row.write(), viewer, variables, right),
                    anyOf(row.control(), viewer, variables, right));
        }

        TopicKey key(TenantId tenant, AccountId account, String name, Map<String, String> variables) {
            if (row.opens().isPresent()) {
                String opened = row.opens().get();
                for (Map.Entry<String, String> variable : variables.entrySet()) {
                    opened = opened.replace("{" + variable.getKey() + "}", variable.getValue());
                }
                return new TopicKey.Owned(tenant, new AccountId(variables.getOrDefault("owner", "")), opened);
            }
            return row.read().contains(Rule.OWNER)
                    ? new TopicKey.Owned(tenant, account, name)
                    : new TopicKey.Shared(tenant, name);
        }

        Optional<Share> share(Viewer viewer, Map<String, String> variables) {
            String owner = variables.getOrDefault("owner", "");
            if (row.opens().isEmpty() || owner.equals(viewer.account().value())) {
                return Optional.empty();
            }
            try {
                var session = new SessionId(variables.getOrDefault("session", ""));
                return Optional.of(new Share(viewer.tenant(), new AccountId(owner), session, viewer.account()));
            } catch (IllegalArgumentException e) {
                // A name with control characters: nobody has shared that.
                return Optional.empty();
            }
        }

        private static boolean anyOf(
                List<Rule> rules, Viewer viewer, Map<String, String> variables, Optional<ShareRight> right) {
            return rules.stream().anyMatch(rule -> rule.allows(viewer, variables, right));
        }
    }
}
