//! A real browser: Debian's chromium without a window, driven over `WebDriver` by chromedriver.

use super::tools::{Started, find, until};
use base64::Engine as _;
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A browser with one page. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Browser {
    http: Client,
    address: String,
    session: String,
    shots: PathBuf,
    _driver: Started,
}

impl Browser {
    /// Starts a browser; `None` if there is none on this machine.
    pub(crate) async fn start() -> Option<Self> {
        let driver = find(&["chromedriver"], "chromium-driver")?;
        let chromium = find(&["chromium", "chromium-browser", "google-chrome"], "chromium")?;
        let mut driver =
            Started::new(Command::new(driver).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()));
        let lines = BufReader::new(driver.0.stdout.take().expect("it was piped")).lines();
        let port = lines.map_while(Result::ok).find_map(|line| {
            line.strip_prefix("ChromeDriver was started successfully on port ")?
                .trim_end_matches('.')
                .parse::<u16>()
                .ok()
        });
        let address = format!("127.0.0.1:{}", port.expect("chromedriver says its port"));
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(120)).build().expect("a client");
        // The sandbox is not to be had in containers. Nothing is opened here but pages of these tests.
        let arguments =
            ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900"];
        let options = json!({ "args": arguments, "binary": chromium });
        let asked = json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": options } } });
        let shots = Path::new(env!("CARGO_TARGET_TMPDIR")).join("control-plane");
        std::fs::create_dir_all(&shots).expect("a folder");
        let mut browser = Self { http, address, session: String::new(), shots, _driver: driver };
        let begun = browser.ask(Method::POST, "/session", &asked).await;
        begun["sessionId"].as_str().expect("a session").clone_into(&mut browser.session);
        Some(browser)
    }

    async fn ask(&self, method: Method, path: &str, asked: &Value) -> Value {
        self.try_ask(method, path, asked).await.unwrap_or_else(|fault| panic!("{path} {asked}: {fault}"))
    }

    async fn try_ask(&self, method: Method, path: &str, asked: &Value) -> Result<Value, String> {
        let mut request = self.http.request(method.clone(), format!("http://{}{path}", self.address));
        if method == Method::POST {
            request = request.body(asked.to_string());
        }
        let response = request.send().await.map_err(|fault| fault.to_string())?;
        let is_good = response.status().is_success();
        let text = response.text().await.map_err(|fault| fault.to_string())?;
        let mut answer: Value = serde_json::from_str(&text).map_err(|fault| format!("{fault}: {text}"))?;
        let value = answer["value"].take();
        if is_good { Ok(value) } else { Err(value["message"].as_str().unwrap_or(&text).to_owned()) }
    }

    async fn command(&self, method: Method, path: &str, asked: Value) -> Value {
        self.ask(method, &format!("/session/{}{path}", self.session), &asked).await
    }

    /// Sends a command of the browser's own protocol, for what `WebDriver` has no word for.
    async fn devtools(&self, command: &str, parameters: Value) {
        self.command(Method::POST, "/goog/cdp/execute", json!({ "cmd": command, "params": parameters })).await;
    }

    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) {
        self.command(Method::POST, "/url", json!({ "url": url })).await;
    }

    /// Finds one element by a selector of CSS.
    async fn element(&self, selector: &str) -> String {
        until(selector, async || {
            let path = format!("/session/{}/element", self.session);
            let asked = json!({ "using": "css selector", "value": selector });
            let found = self.try_ask(Method::POST, &path, &asked).await.ok()?;
            found.as_object()?.values().next()?.as_str().map(ToOwned::to_owned)
        })
        .await
    }

    /// Clicks on an element that leads to another page, and waits until this one is gone.
    pub(crate) async fn click(&self, selector: &str) {
        let element = self.element(selector).await;
        self.command(Method::POST, &format!("/element/{element}/click"), json!({})).await;
        let path = format!("/session/{}/element/{element}/name", self.session);
        until(&format!("page behind {selector}"), async || self.try_ask(Method::GET, &path, &Value::Null).await.err())
            .await;
    }

    /// Replaces the text of a field, as somebody at a keyboard would.
    pub(crate) async fn fill(&self, selector: &str, text: &str) {
        let element = self.element(selector).await;
        self.command(Method::POST, &format!("/element/{element}/clear"), json!({})).await;
        self.command(Method::POST, &format!("/element/{element}/value"), json!({ "text": text })).await;
    }

    /// Returns the text of an element as it is shown.
    pub(crate) async fn text(&self, selector: &str) -> String {
        let element = self.element(selector).await;
        self.command(Method::GET, &format!("/element/{element}/text"), Value::Null)
            .await
            .as_str()
            .expect("a text")
            .to_owned()
    }

    /// Returns a computed property of an element.
    pub(crate) async fn style(&self, selector: &str, property: &str) -> String {
        let element = self.element(selector).await;
        let value = self.command(Method::GET, &format!("/element/{element}/css/{property}"), Value::Null).await;
        value.as_str().expect("a value").to_owned()
    }

    /// Runs a piece of JavaScript from outside of the page, and returns its value.
    pub(crate) async fn evaluate(&self, script: &str) -> Value {
        self.command(Method::POST, "/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Prefers dark pages, or light ones.
    pub(crate) async fn prefer(&self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// Becomes as wide as a phone, or a screen.
    pub(crate) async fn resize(&self, width: u32, height: u32, is_phone: bool) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": if is_phone { 2 } else { 1 }, "mobile": is_phone });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
    }

    /// Switches the scripts of pages off.
    pub(crate) async fn without_scripts(&self) {
        self.devtools("Emulation.setScriptExecutionDisabled", json!({ "value": true })).await;
    }

    /// Keeps a picture of the page below the target folder.
    pub(crate) async fn picture(&self, name: &str) {
        let picture = self.command(Method::GET, "/screenshot", Value::Null).await;
        let bytes =
            base64::engine::general_purpose::STANDARD.decode(picture.as_str().expect("a picture")).expect("base64");
        std::fs::write(self.shots.join(format!("{name}.png")), bytes).expect("a file");
    }
}

impl Drop for Browser {
    /// Ends the session, which ends the browser. A driver that is killed leaves it running.
    fn drop(&mut self) {
        let Ok(mut connection) = TcpStream::connect(&self.address) else { return };
        let ends =
            format!("DELETE /session/{} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n", self.session, self.address);
        // A test that fails already has more to say than this.
        let _ = connection.set_read_timeout(Some(Duration::from_secs(10)));
        let _ = connection.write_all(ends.as_bytes());
        let _ = connection.read(&mut [0; 256]);
    }
}
