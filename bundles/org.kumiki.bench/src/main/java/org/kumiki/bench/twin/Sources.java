package org.kumiki.bench.twin;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Programs for peers, which are compiled when there is a peer to compile them against. */
final class Sources {

    private static final String PACKAGE = "org.kumiki.bench.twin.peers";

    private Sources() {
    }

    /** The name of the class that is made of a source. */
    static String main(String name) {
        return PACKAGE + "." + name;
    }

    /**
     * Compiles one into a directory.
     *
     * @param name       of the source
     * @param classPath  of what it needs
     * @param sourcePath of what it needs and what is compiled with it; may be empty
     * @throws IOException if it does not fit the peer
     */
    static void compile(String name, String classPath, String sourcePath, Path directory) throws IOException {
        Path source = directory.resolve(name + ".java");
        try (InputStream text = Sources.class.getResourceAsStream("peers/" + name + ".java")) {
            Files.copy(text, source);
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> said = new DiagnosticCollector<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(said, null, null)) {
            List<String> options = List.of("-nowarn", "-proc:none", "-d", directory.toString(), "-cp", classPath, "-sourcepath", sourcePath);
            if (!compiler.getTask(null, files, said, options, null, files.getJavaFileObjects(source)).call()) {
                throw new IOException(name + " does not compile against it: " + said.getDiagnostics().stream()
                        .filter(each -> each.getKind() == Diagnostic.Kind.ERROR).findFirst().map(Object::toString).orElse(""));
            }
        }
    }
}
