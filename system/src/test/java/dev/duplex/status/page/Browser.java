package dev.duplex.status.page;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium with a profile of its own. One thread. */
public final class Browser implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /**
   * Held here, since a logger that nobody holds forgets its level: it warns of every new Chromium.
   */
  private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

  private final ChromeDriver driver;
  private final Path profile;

  public Browser() throws IOException {
    SELENIUM.setLevel(Level.SEVERE);
    profile = Files.createTempDirectory("duplex-page");
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find("chromium", "chromium-browser", "google-chrome").orElseThrow().toFile());
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--user-data-dir=" + profile);
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find("chromedriver").orElseThrow().toFile())
            .usingAnyFreePort()
            .build();
    driver = new ChromeDriver(service, options);
    driver.manage().timeouts().pageLoadTimeout(LIMIT);
  }

  /** Whether Chromium and its driver are on the path. */
  public static boolean isInstalled() {
    return find("chromium", "chromium-browser", "google-chrome").isPresent()
        && find("chromedriver").isPresent();
  }

  private static Optional<Path> find(String... names) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(":")).map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Sets width in CSS pixels and the colour scheme, as a phone or a desk would have them. */
  public Browser as(int width, int height, boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    return media(dark, true);
  }

  /** Still: animations would make pictures that differ. */
  public Browser media(boolean dark, boolean still) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"),
                Map.of(
                    "name",
                    "prefers-reduced-motion",
                    "value",
                    still ? "reduce" : "no-preference"))));
    return this;
  }

  public Browser open(URI address) {
    leave();
    driver.get(address.toString());
    return this;
  }

  /** Ends the page, and forgets what it said on its way out. */
  public void leave() {
    driver.get("about:blank");
    complaints();
  }

  public WebElement element(String selector) {
    return driver.findElement(By.cssSelector(selector));
  }

  public List<WebElement> elements(String selector) {
    return driver.findElements(By.cssSelector(selector));
  }

  /** The visible text of the first match; empty if there is none. */
  public String text(String selector) {
    Object text =
        driver.executeScript(
            "const e = document.querySelector(arguments[0]);"
                + "return !e || e.getClientRects().length === 0 ? ''"
                + " : e.innerText ?? e.textContent;",
            selector);
    return String.valueOf(text);
  }

  /** The attribute of the first match; empty if there is none. In one step: the page changes. */
  public String attribute(String selector, String name) {
    Object value =
        driver.executeScript(
            "return document.querySelector(arguments[0])?.getAttribute(arguments[1]) ?? '';",
            selector,
            name);
    return String.valueOf(value);
  }

  public @Nullable Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  public String title() {
    return driver.getTitle();
  }

  /** Waits until it holds; fails with what was waited for. */
  public Browser await(String what, BooleanSupplier condition) {
    return await(what, LIMIT, condition);
  }

  public Browser await(String what, Duration limit, BooleanSupplier condition) {
    new WebDriverWait(driver, limit, Duration.ofMillis(50))
        .withMessage(
            () -> what + "; the console says " + complaints() + ", the page: " + text("body"))
        .until(any -> condition.getAsBoolean());
    return this;
  }

  /** What the console has said since it was asked last: errors, and refusals of the policy. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(entry -> entry.getLevel() + " " + entry.getMessage())
        .distinct()
        .toList();
  }

  /** A picture of the whole page. */
  public byte[] picture() {
    long height = number("return document.documentElement.scrollHeight");
    long width = number("return window.innerWidth");
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
    return driver.getScreenshotAs(OutputType.BYTES);
  }

  private long number(String script) {
    return ((Number) Objects.requireNonNull(driver.executeScript(script), script)).longValue();
  }

  @Override
  public void close() throws IOException {
    driver.quit();
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
