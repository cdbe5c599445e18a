"""The MkDocs plugin: refuses a wrong plan, adds the generated pages, and finishes the written pages.

With `folder:` the plan is part of another site, of which the plugin changes only that folder and the navigation.
Zensical has no plugins: `masterplan build` gives it the same pages as files and finishes its output.
"""

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from jinja2 import Environment
from markupsafe import Markup
from mkdocs.config import config_options
from mkdocs.config.base import Config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, CombinedEvent, event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation, Section, get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils.templates import TemplateContext
from pathspec.gitignore import GitIgnoreSpec

from masterplan.errors import MasterplanError, PlanError
from masterplan.load.loader import PLAN_FOLDER
from masterplan.publish import mkdocs_yml, pages
from masterplan.publish.calls import Blocks, Calls, Contents, bound_macros, calls, on_page, run_page, strict
from masterplan.publish.finish import finish_page, finish_site, theme_scripts
from masterplan.publish.first_pages import FirstPages
from masterplan.publish.heads import NO_HEAD, Heads, PageHead
from masterplan.publish.maker import AddedFile, PageMaker, allows_standalone, is_standalone, reads_pages_once
from masterplan.publish.mkdocs_yml import EXTENSIONS
from masterplan.publish.project import Project, open_project
from masterplan.publish.recall import Recall
from masterplan.publish.team_pages import refuse_broken
from masterplan.publish.whole_pages import WholePages, only_call
from masterplan.publish.workers import TextsAhead, needs_workers
from masterplan.render.blocks import Content
from masterplan.render.reports import finding_lines

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2106, 2, 6)
"""The range of days for MkDocs: the gzip format (RFC 1952) counts seconds since 1970 in 32 bits."""


class PluginConfig(Config):
    """The plugin's settings in mkdocs.yml; `open_project` reads them for every host."""

    without = config_options.ListOfItems(config_options.Type(str), default=[])
    """Pages and parts to leave out of the site."""
    folder = config_options.Type(str, default="")
    """The folder of the plan's pages in a site that shows more than the plan."""
    title = config_options.Type(str, default="Plan")
    """Their title in the navigation of such a site."""
    security_policy = config_options.Type(bool, default=False)
    """Whether they have a content security policy there, as all pages of a plan's own site do."""


@contextmanager
def _stopping() -> Iterator[None]:
    """Turn our errors into MkDocs' own, which end a build with a message and no traceback."""
    try:
        yield
    except PlanError as error:
        raise PluginError("the plan has errors\n" + "\n".join(finding_lines(error.findings))) from error
    except MasterplanError as error:
        raise PluginError(str(error)) from error


class MasterplanPlugin(BasePlugin[PluginConfig]):
    """Hooks into a build of MkDocs."""

    project: Project
    given: Project | None = None
    """The project, if `masterplan build` has already opened it."""
    first: FirstPages | None = None
    """The pages that `masterplan serve` shows before the site is complete."""
    calls: Calls
    """The macros, returning HTML."""
    contents: Contents
    """The macros, returning blocks."""
    whole_pages: WholePages
    page: Page
    """The page whose macros run."""
    runs = False
    """Whether this page is ours and has macros."""
    titled = False
    """Whether the navigation gives this page a title."""
    failure: BaseException | None = None
    """An exception of a macro. The macros plugin may write it into the page instead of stopping."""
    serving = False
    callers: set[str]
    """The pages of another site that call our macros, by source path."""
    set_aside: dict[str, bytes]
    """Compressed HTML by path below the site: MkDocs converts all pages before it writes the first."""
    search_texts: dict[str, str]
    """Search text of pages with our blocks, by path below the site, until the page is indexed."""
    heads: Mapping[str, PageHead]
    """The heads of our pages, by path below the site."""
    scripts: re.Pattern[str] | None
    """The theme's inline scripts, if our pages have a content security policy."""
    maker: PageMaker
    exports: TextsAhead
    """The exports by path below the docs folder."""
    extensions: list[str]
    """The site's own Markdown extensions, while a page is converted with ours."""

    def on_startup(self, *, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
        """Note whether `mkdocs serve` shows the pages, because it adds its own script to each."""
        self.serving = command == "serve"

    @event_priority(100)
    @_stopping()
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Open the plan before macros need it, and refuse to build a wrong plan."""
        self.project = self.given or open_project(Path(config.config_file_path or mkdocs_yml.FILE).parent)
        has_worker = bool(self.given) and not self.first and needs_workers(len(self.project.sprint_pages))
        self.exports = TextsAhead(pages.export_makers(self.project), has_worker=has_worker)
        self.blocks, self.search_texts, self.callers, self.failure = Blocks(), {}, set(), None
        self.set_aside, self.heads = {}, Heads(self.project)
        refuse_broken(self.project.root, self.project.docs_dir, self.project.folder)
        self.contents = bound_macros(self.project, self._here, "address", config)
        self.whole_pages = WholePages(config, self.blocks.hold)
        self.calls = {name: self._recorded(call) for name, call in calls(self.contents, self.blocks.hold).items()}
        outside = GitIgnoreSpec.from_lines(pages.not_in_navigation(self.project))
        config.not_in_nav = config.not_in_nav + outside if config.not_in_nav else outside
        guest = self.project.guest
        self.scripts = theme_scripts("material") if not self.serving and (not guest or guest.policy) else None
        if not guest:
            self._dress(config)
        return config

    def _here(self) -> tuple[str, str]:
        """The source path of the page whose macros run, and the path from which its links start."""
        file = self.page.file
        if self.project.is_ours(file.src_uri):
            return file.src_uri, file.src_uri
        self.callers.add(file.src_uri)
        return file.src_uri, str(PurePosixPath(file.dest_uri).with_suffix(".md"))

    def _shows_plan(self, page: Page) -> bool:
        return self.project.is_ours(page.file.src_uri) or page.file.src_uri in self.callers

    def _head(self, page: Page, config: MkDocsConfig) -> PageHead:
        return self.heads.get(page.file.dest_uri.removeprefix(_language(config)), NO_HEAD)

    def _recorded(self, call: Callable[..., Markup]) -> Callable[..., Markup]:
        def recorded(*args: Any, **kwargs: Any) -> Markup:
            try:
                return call(*args, **kwargs)
            except Exception as error:
                self.failure = error
                raise

        return recorded

    def _dress(self, config: MkDocsConfig) -> None:
        """Add our styles, our scripts and the line about the commit to settings."""
        config.extra_css = [*pages.styles(self.project), *config.extra_css]
        config.extra_javascript = [*map(_script, pages.scripts(self.project)), *config.extra_javascript]
        config.copyright = pages.copyright_line(self.project, config.copyright)

    @event_priority(-200)
    @_stopping()
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Add the generated pages, styles, scripts and exports, and remove files that editors left.

        This comes after all other plugins, because some of them expect every page on the disk.
        """
        for file in list(files):
            if self.project.leaves_out(Path(file.src_uri)):
                files.remove(file)
        if not self.project.guest or pages.names_folder(self.project, config.nav):
            config.nav = pages.navigation(self.project, config.nav, [f.src_uri for f in files.documentation_pages()])
        for path in pages.absent(self.project):
            if present := files.get_file_from_path(path):
                files.remove(present)
        made = {page.path: page.text for page in pages.pages(self.project)} | dict(pages.additions(self.project))
        for path, content in (made | dict.fromkeys(self.exports.names, b"")).items():
            if present := files.get_file_from_path(path):
                files.remove(present)
            file = AddedFile.generated(config, path, content=content)
            file.dest_uri = _language(config) + file.dest_uri
            files.append(file)
        return files

    @event_priority(-50)
    @_stopping()
    def on_nav(self, nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
        """Add our pages at the end of another site's navigation, and start to build the standalone pages."""
        guest, ours = self.project.guest, [f for f in files.documentation_pages() if self.project.is_ours(f.src_uri)]
        if guest and not any(self.project.is_ours(page.file.src_uri) for page in nav.pages):
            for file in ours:
                file.page = None
            alone = copy(config)
            alone.nav = pages.section(self.project, [file.src_uri for file in ours])
            below = get_navigation(Files(ours), alone)
            section = Section(guest.title, below.items)
            for item in below.items:
                item.parent = section
            nav.items.append(section)
            nav.pages.extend(below.pages)
        recall = Recall(self.project, nav, self.heads, self._content)
        self.maker = PageMaker(config, files, nav, partial(self._run, config), recall)
        if self.given and allows_standalone(config):
            self.maker.select(self.project, self.whole_pages)
            if self.maker.pages:
                self.maker.use_templates(self._templates(config.theme.get_env(), config), self._search_text)
        if self.first:
            self.first.start(self.project, files, self.maker.build_first if self.maker.pages else None)
        self.maker.start_workers()
        for path, text in self.exports.collected():
            files.src_uris[path].content_bytes = text.encode()
        return nav

    def on_pre_page(self, page: Page, **_: Any) -> Page:
        """Date our pages by the commit, or by today outside a repository."""
        day = self.project.revision.day or self.project.facts.today
        if day and self.project.is_ours(page.file.src_uri):
            page.update_date = str(min(max(day, _FIRST_DAY), _LAST_DAY))
        return page

    @event_priority(100)
    @_stopping()
    def _before_macros(self, markdown: str, *, page: Page, **_: Any) -> None:
        """Keep the macros plugin from our pages. Refuse a path or title that a host would run as a template."""
        self.page, self.runs, self.titled = page, False, "title" in vars(page)
        if self.project.is_ours(page.file.src_uri):
            pages.refuse_templates(f"{self.project.docs_dir}/{page.file.src_uri}", page.meta.get("title"))
            self.runs = page.meta.get("render_macros") is not False
            page.meta["render_macros"] = False

    @event_priority(-50)
    @_stopping()
    def _run_macros(self, markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Run the macros of our pages, and add the Markdown extensions that the default pages need."""
        if self._shows_plan(page):
            self.extensions = config.markdown_extensions
            lacking = [name for name in EXTENSIONS if name not in self.extensions]
            config.markdown_extensions = [*self.extensions, *lacking]
        if not self.runs:
            return markdown
        if not self.titled:  # the macros plugin has set it to the first heading, in which macros have not run
            vars(page).pop("title", None)
        if (call := only_call(markdown)) and call[0] in self.contents:
            return self._make_whole(page, markdown, *call)
        return self._run(config, page, markdown)

    def _run(self, config: MkDocsConfig, page: Page, markdown: str) -> str:
        """Run the macros in the Markdown of one of our pages, or in one line of it."""
        self.page = page
        macros: Any = config.plugins.get("macros")
        site, variables = (macros.env, macros.variables) if macros else (None, {"page": page})
        names = {**variables, **page.meta, **self.calls}
        return run_page(self.project, page.file.src_uri, markdown, names, strict(site, self.project.docs))

    def _make_whole(self, page: Page, markdown: str, macro: str, id_: str) -> str:
        """Fill a page of one macro with HTML, which leaves nothing for the host's Markdown to render."""
        with on_page(self.project, page.file.src_uri, markdown):
            content = self.maker.recall.content(page, macro, id_)
            self.whole_pages.fill(page, content, titled=self.titled or "title" in page.meta)
        vars(page)["render"] = lambda *_: None
        return markdown

    def _content(self, page: Page, macro: str, id_: str) -> Content:
        """Run the macro of a page."""
        self.page = page
        return self.contents[macro](id_)

    on_page_markdown = CombinedEvent(_before_macros, _run_macros)

    @_stopping()
    def _put_back(self, html: str, /, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Put the macros' HTML back into a page whose Markdown is converted."""
        if self.failure:
            raise self.failure
        if self._shows_plan(page):
            config.markdown_extensions = self.extensions
        foot = self._head(page, config).foot if self.project.guest else ""  # elsewhere the finish adds it
        shown, search_text = self.blocks.put_back(html)
        if shown != html:
            self.search_texts[page.file.dest_uri] = search_text
        return shown + foot

    @event_priority(-200)
    def _set_aside(self, html: str, /, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
        """Compress the HTML of a page until the page is written, unless other plugins may read it before."""
        if is_standalone(page) or not reads_pages_once(config):
            return html
        self.set_aside[page.file.dest_uri] = zlib.compress(html.encode(errors="surrogatepass"), 1)
        return ""

    on_page_content = CombinedEvent(_put_back, _set_aside)

    def _templates(self, env: Environment, config: MkDocsConfig) -> Environment:
        """Make templates load once and, on the plan's own site, save the eighth of each page that is blank space."""
        env.auto_reload = False
        if not self.project.guest:
            env.trim_blocks = env.lstrip_blocks = True
        env.bytecode_cache = self.first.compiled(env) if self.first and reads_pages_once(config) else None
        return env

    def _search_text(self, page: Page) -> str:
        """Our blocks' search text, a tenth of their HTML; for other pages the HTML."""
        return self.search_texts.pop(page.file.dest_uri, page.content or "")

    def on_env(self, env: Environment, *, config: MkDocsConfig, **_: Any) -> Environment:
        """Let searches index our search texts, and build the standalone pages that no worker builds."""
        if not self.maker.pages:
            self.maker.use_templates(self._templates(env, config), self._search_text)
        self.maker.check_titles()
        return self.maker.env

    @event_priority(100)
    def _before_search(self, context: TemplateContext, *, page: Page, config: MkDocsConfig, **_: Any) -> Any:
        """Restore a page's HTML. In another site, add our styles and scripts to pages that show the plan."""
        if content := self.set_aside.get(page.file.dest_uri):
            page.content = zlib.decompress(content).decode(errors="surrogatepass")
        if self.project.guest and self._shows_plan(page):
            dressed = copy(config)
            self._dress(dressed)
            context["config"] = dressed
        return context

    @event_priority(-100)
    def _after_search(self, context: TemplateContext, *, page: Page, **_: Any) -> Any:
        self.maker.restore_html(page)
        return context

    on_page_context = CombinedEvent(_before_search, _after_search)

    @event_priority(-100)
    @_stopping()
    def on_post_page(self, output: str, *, page: Page, config: MkDocsConfig) -> str:
        """Finish our pages after all other plugins, before they are written, and record what to verify."""
        name = page.file.dest_uri
        self.maker.set_anchors(page)
        if self.set_aside.pop(name, None):
            page.content = ""
        if self.project.guest:
            if not self.project.is_ours(page.file.src_uri):
                return output
            return finish_page(name, output, self.scripts, replace(self._head(page, config), foot=""))
        if self.serving or not output.strip():
            return output
        output = finish_page(name, output, self.scripts, self.heads.get(name, NO_HEAD), names=True)
        self.maker.add_facts(page, output.encode(errors="xmlcharrefreplace"))
        return output

    @event_priority(100)
    def _finish_index(self, **_: Any) -> None:
        """Give the search its entries before it writes them."""
        self.maker.fill_index()

    @_stopping()
    def _finish_site(self, *, config: MkDocsConfig, **_: Any) -> None:
        """Finish the other files of the plan's own site."""
        if not self.serving and not self.project.guest:
            site, main_pages = Path(config.site_dir), pages.main_pages(self.project)
            finish_site(site, "material", self.heads, main_pages, self.maker.finished)

    on_post_build = CombinedEvent(_finish_index, _finish_site)

    def on_shutdown(self) -> None:
        """Stop the workers of a failed build."""
        if "exports" in vars(self):
            self.exports.stop_workers()
        if "maker" in vars(self):
            self.maker.stop_workers()

    def on_serve(self, server: LiveReloadServer, **_: Any) -> LiveReloadServer:
        """Let `mkdocs serve` watch the plan too."""
        server.watch(str(self.project.root / PLAN_FOLDER))
        return server


def plugin_of(config: Any) -> MasterplanPlugin | None:
    """Our plugin in MkDocs' settings; None in Zensical's settings, which have no plugins."""
    plugin = config.plugins.get("masterplan") if isinstance(config, MkDocsConfig) else None
    return plugin if isinstance(plugin, MasterplanPlugin) else None


def _language(config: MkDocsConfig) -> str:
    """The folder of the language that mkdocs-static-i18n is building; empty for the default language and without it."""
    plugin: Any = config.plugins.get("i18n")
    return "" if plugin is None or plugin.is_default_language_build else f"{plugin.current_language}/"


def _script(path: str) -> config_options.ExtraScriptValue:
    script = config_options.ExtraScriptValue(path)
    script.defer = True
    return script
