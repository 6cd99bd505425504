package org.kumiki.e2e;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands the two platforms of a run to its tests: one with real guests, one {@link OnPaper}. Each is started when it is first asked for. */
final class Platforms implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(Platforms.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Platform.class;
    }

    @Override
    public Platform resolveParameter(ParameterContext parameter, ExtensionContext context) {
        boolean onPaper = parameter.isAnnotated(OnPaper.class);
        // The root store lives as long as the run, and closes what it holds.
        return context.getRoot().getStore(NAMESPACE)
                .getOrComputeIfAbsent(onPaper, key -> onPaper ? Paper.start() : Real.start(), Platform.class);
    }
}
