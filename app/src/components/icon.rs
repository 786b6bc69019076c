//! The icons: one family, drawn in lines on a square of 24.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// The product.
    Mark,
    /// Something that opens downwards.
    Down,
    /// Something that opens.
    Right,
    /// Back.
    Left,
    /// Up a level.
    Up,
    /// Search.
    Search,
    /// Something new.
    Plus,
    /// What needs the owner.
    Inbox,
    /// Thought.
    Bulb,
    /// A file.
    File,
    /// Several files looked through.
    Look,
    /// Copy.
    Copy,
    /// Done.
    Check,
    /// Break long lines.
    Wrap,
    /// Change a file.
    Pencil,
    /// A command.
    Terminal,
    /// Things to do.
    List,
    /// Permission.
    Shield,
    /// A question.
    Question,
    /// A person, or an agent in its place.
    Person,
    /// A model.
    Spark,
    /// Send.
    Send,
    /// Stop.
    Stop,
    /// The drawer of sessions.
    Menu,
    /// Something is wrong.
    Alert,
    /// The web.
    Globe,
    /// A folder.
    Folder,
    /// A picture.
    Picture,
    /// Something of a plug-in.
    Plug,
    /// Close.
    Close,
    /// To the end.
    End,
    /// Try again.
    Again,
    /// A sub-agent.
    Branch,
    /// The link is broken.
    Unlinked,
    /// What else can be done.
    More,
    /// Put away.
    Archive,
    /// Delete.
    Bin,
    /// Make room by a summary.
    Fold,
    /// Back to what was.
    Back,
    /// Something attached.
    Clip,
    /// A camera.
    Camera,
    /// A favourite.
    Star,
    /// How much a model thinks.
    Gauge,
}

impl Icon {
    /// The lines.
    const fn path(self) -> &'static str {
        match self {
            Icon::Mark => {
                "M12 9.4a2.6 2.6 0 1 0 0 5.2 2.6 2.6 0 0 0 0-5.2zM12 4v5.2M12 14.8V20M5 8l4.6 2.7M14.4 13.3 19 16M5 16l4.6-2.7M14.4 10.7 19 8"
            }
            Icon::Down => "m6 9 6 6 6-6",
            Icon::Right => "m9 6 6 6-6 6",
            Icon::Left => "m15 6-6 6 6 6",
            Icon::Up => "M12 19V6M6.5 11.5 12 6l5.5 5.5",
            Icon::Search => "M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l4 4",
            Icon::Plus => "M12 5v14M5 12h14",
            Icon::Inbox => "M4 13h4l1.5 3h5L16 13h4M5.5 6h13L20 13v5H4v-5z",
            Icon::Bulb => {
                "M9 18.5h6M10 21h4M12 3a6 6 0 0 0-3.6 10.8c.7.6 1.1 1.3 1.1 2.2h5c0-.9.4-1.6 1.1-2.2A6 6 0 0 0 12 3z"
            }
            Icon::File => {
                "M6 3.5h8l4 4V20a.5.5 0 0 1-.5.5h-11A.5.5 0 0 1 6 20zM13.5 3.5V8H18M9 12.5h6M9 16h4"
            }
            Icon::Look => "M10 5a5 5 0 1 0 0 10 5 5 0 0 0 0-10zM14 14l5.5 5.5M8 10h4",
            Icon::Copy => {
                "M10.5 8.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2zM5 15.5A1.5 1.5 0 0 1 4.5 14V6A1.5 1.5 0 0 1 6 4.5h8a1.5 1.5 0 0 1 1.4 1"
            }
            Icon::Check => "m5 12.5 4.5 4.5L19 7.5",
            Icon::Wrap => "M4 6h16M4 12h13a3 3 0 0 1 0 6h-4M15 15.5 12.5 18l2.5 2.5M4 18h4",
            Icon::Pencil => {
                "m5 19 .8-3.6L16.5 4.7a1.7 1.7 0 0 1 2.4 0l.4.4a1.7 1.7 0 0 1 0 2.4L8.6 18.2z"
            }
            Icon::Terminal => {
                "M6 5h12a2.5 2.5 0 0 1 2.5 2.5v9A2.5 2.5 0 0 1 18 19H6a2.5 2.5 0 0 1-2.5-2.5v-9A2.5 2.5 0 0 1 6 5zM7.5 9.5l3 2.5-3 2.5M12.5 15h4"
            }
            Icon::List => {
                "m4 7 1.5 1.5L8 6M4 13l1.5 1.5L8 12M4 19l1.5 1.5L8 18M11.5 7.5H20M11.5 13.5H20M11.5 19.5H20"
            }
            Icon::Shield => {
                "M12 3.5 5 6v5.5c0 4.3 2.9 7.4 7 9 4.1-1.6 7-4.7 7-9V6zM12 9v3.5M12 15.5h.01"
            }
            Icon::Question => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9.6 9.6a2.5 2.5 0 0 1 4.9.7c0 1.7-2.5 2.1-2.5 3.7M12 16.8h.01"
            }
            Icon::Person => {
                "M12 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM5 20c.6-4 3.5-6 7-6s6.4 2 7 6"
            }
            Icon::Spark => "M12 4v4M12 16v4M4 12h4M16 12h4M7 7l2 2M15 15l2 2M17 7l-2 2M9 15l-2 2",
            Icon::Send => "M12 19V5.5M6 11.5l6-6 6 6",
            Icon::Stop => "M9 7h6a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H9a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2z",
            Icon::Menu => "M8 7h12M8 12h12M8 17h12M4 7h.01M4 12h.01M4 17h.01",
            Icon::Alert => "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 8v4.5M12 15.8h.01",
            Icon::Globe => {
                "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c5 5 5 12 0 17M12 3.5c-5 5-5 12 0 17"
            }
            Icon::Folder => {
                "M3.5 7A1.5 1.5 0 0 1 5 5.5h4.5l2 2.5H19a1.5 1.5 0 0 1 1.5 1.5V17a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5 17z"
            }
            Icon::Picture => {
                "M6 4.5h12A1.5 1.5 0 0 1 19.5 6v12a1.5 1.5 0 0 1-1.5 1.5H6A1.5 1.5 0 0 1 4.5 18V6A1.5 1.5 0 0 1 6 4.5zM5 16.5l4.5-4.5 3.5 3.5 2-2 4 4M15.5 8.5h.01"
            }
            Icon::Plug => "M9 3.5V8M15 3.5V8M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v3.5",
            Icon::Close => "M6.5 6.5l11 11M17.5 6.5l-11 11",
            Icon::End => "M12 5v12M6.5 11.5 12 17l5.5-5.5",
            Icon::Again => "M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 4v3.5H16",
            Icon::Branch => {
                "M7 4.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM17 15.5a2 2 0 1 0 0 4 2 2 0 0 0 0-4zM7 8.5v5a4 4 0 0 0 4 4h4"
            }
            Icon::Unlinked => {
                "M9.5 14.5l5-5M8 11l-2.5 2.5a3.5 3.5 0 0 0 5 5L13 16M16 13l2.5-2.5a3.5 3.5 0 0 0-5-5L11 8M4 4l16 16"
            }
            Icon::More => {
                "M4.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0M11.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0M18.2 12a.8.8 0 1 0 1.6 0a.8.8 0 1 0-1.6 0"
            }
            Icon::Archive => "M4 5h16v4H4zM5.5 9v10h13V9M10 13h4",
            Icon::Bin => "M5 7h14M10 7V4.5h4V7M7 7l1 12.5h8L17 7M10.5 11v5M13.5 11v5",
            Icon::Fold => "M12 3v5.5M9 6l3 3 3-3M12 21v-5.5M9 18l3-3 3 3M5 12h14",
            Icon::Back => "M9 14 4.5 9.5 9 5M4.5 9.5H14a5.5 5.5 0 0 1 0 11h-3",
            Icon::Clip => {
                "M18.5 11.5 12 18a4 4 0 0 1-5.7-5.7l7-7a2.7 2.7 0 0 1 3.8 3.8l-7 7a1.3 1.3 0 0 1-1.9-1.9l6.4-6.4"
            }
            Icon::Camera => {
                "M5.5 7.5h3L10 5h4l1.5 2.5h3A1.5 1.5 0 0 1 20 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5V9a1.5 1.5 0 0 1 1.5-1.5zM12 9.8a3.2 3.2 0 1 0 0 6.4 3.2 3.2 0 0 0 0-6.4z"
            }
            Icon::Star => {
                "m12 4.5 2.3 4.8 5.2.7-3.8 3.7.9 5.2-4.6-2.5-4.6 2.5.9-5.2L4.5 10l5.2-.7z"
            }
            Icon::Gauge => "M5 18a8 8 0 1 1 14 0M12 14.5l3.5-4.5",
        }
    }
}

/// An icon. It is never the only word of a control: those have a name.
#[component]
pub fn Glyph(
    /// What it shows.
    icon: Icon,
    /// Classes beside `glyph`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let class = if class.is_empty() {
        "glyph".to_owned()
    } else {
        format!("glyph {class}")
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=icon.path()></path>
        </svg>
    }
    .into_any()
}
