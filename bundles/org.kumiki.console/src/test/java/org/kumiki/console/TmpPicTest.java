package org.kumiki.console;
import org.junit.jupiter.api.Test;
@org.junit.jupiter.api.Tag("browser") class TmpPicTest { @Test void p() throws Exception { Picture.main(new String[] {"rehearsals", "/tmp/roles/pic.png", "1280", "1000"}); } }
