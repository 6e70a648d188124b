package org.serai.storage.core;

class ExtentStraysTest extends StraysTest {
    @Override
    String driver() {
        return "extent";
    }
}
