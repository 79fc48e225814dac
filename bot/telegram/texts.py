"""The words of buttons, menus and replies that only Telegram has, in Vietnamese and English. None is an answer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """One language's words; `{city}` and `{contact}` come from settings, other names from the call."""

    language: str
    # people
    try_these: str
    about: str
    privacy: str
    language_asked: str
    language_chosen: str
    forgot: str
    forgot_nothing: str
    slow_down: str
    busy: str
    unheard: str
    identity: str
    no_text: dict[str, str]
    # buttons
    next_passage: str
    whole_article: str
    earlier: str
    later: str
    right: str
    wrong: str
    ask_office: str
    office: str
    no_more_passages: str
    thanks_right: str
    why_wrong: str
    reasons: dict[str, str]
    thanks_reason: str
    article_sent: str
    share: str
    ask_in_group: str
    # staff
    ref_usage: str
    check_usage: str
    checked: str
    check_file: str
    nothing_to_check: str
    watch_usage: str
    watching: str
    watched: str
    watch_list: str
    watch_none: str
    watch_full: str
    unwatched: str
    not_watched: str
    watch_news: str
    watch_button: str
    file_too_big: str
    file_unreadable: str
    # admins
    preview: str
    preview_line: str
    no_references: str
    add: str
    cancel: str
    cancelled: str
    gone: str
    added: str
    reload_now: str
    reloading: str
    reload_done: str
    reload_failed: str
    reload_force: str
    reload_busy: str
    rollback_sure: str
    yes: str
    no: str
    remove_usage: str
    remove_sure: str
    no_article: str
    status: str
    no_gaps: str
    feedback_none: str
    feedback_file: str
    audit_none: str
    failed: str
    # menus
    short_description: str
    description: str
    citizen_commands: dict[str, str]
    staff_commands: dict[str, str]
    admin_commands: dict[str, str]


VIETNAMESE = Texts(
    language="vi",
    try_these="Bạn thử chạm một câu:",
    about=(
        "Bot hỏi đáp văn bản chỉ đạo của thành phố {city}.\n\n"
        "Nguồn: {articles} bài thành phố đã đăng, bản nạp {generation} ({day}). Mỗi câu trả lời là câu trích nguyên "
        "văn từ một bài, kèm ngày và liên kết; không thấy thì tôi nói là không thấy.\n"
        "Câu trả lời để tham khảo; văn bản gốc là căn cứ.\n\n"
        "Cần hỏi người: {contact}\nQuyền riêng tư: /privacy · Xoá dữ liệu của bạn: /forget"
    ),
    privacy=(
        "Những gì được giữ khi bạn hỏi:\n"
        "• Vài câu hỏi gần nhất để hiểu câu hỏi tiếp, được mã hoá, xoá sau 20 phút im lặng hoặc khi bạn gõ /new.\n"
        "• Biên nhận của câu trả lời: {receipts}, không ghi ai hỏi; số điện thoại, số định danh, e-mail được che.\n"
        "• Ngôn ngữ bạn chọn và đánh giá đúng/sai, tối đa {days} ngày, dưới một mã không suy ngược ra bạn.\n"
        "• Nhật ký máy chủ không ghi câu hỏi, tên hay mã người dùng.\n"
        "{model}"
        "Telegram giữ bản riêng của cuộc trò chuyện theo quy định của họ.\n\n/forget xoá mọi thứ còn giữ của bạn."
    ),
    language_asked="Chọn ngôn ngữ / Choose a language:",
    language_chosen="Từ giờ tôi dùng tiếng Việt.",
    forgot="Đã xoá những gì còn giữ của bạn: {kept}.",
    forgot_nothing="Không còn giữ gì của bạn.",
    slow_down="Bạn hỏi nhanh quá, tôi chưa kịp. Đợi chừng một phút rồi hỏi tiếp giúp tôi nhé.",
    busy="Đang có rất nhiều người hỏi. Bạn đợi ít phút rồi hỏi lại giúp.",
    unheard="Đường truyền vừa trục trặc. Nếu chưa thấy câu trả lời, bạn gửi lại câu hỏi giúp.",
    identity="Mã người dùng của bạn: {user}\nMã cuộc trò chuyện này: {chat}",
    no_text={
        "voice": "Tôi chưa nghe được tin thoại. Bạn gõ câu hỏi thành chữ giúp, có dấu hay không dấu đều được.",
        "photo": "Tôi chưa đọc được ảnh. Bạn gõ câu hỏi, hoặc số văn bản trên ảnh (ví dụ 30/2020/NĐ-CP), tôi tìm giúp.",
        "video": "Tôi chưa xem được video. Bạn gõ câu hỏi thành chữ giúp.",
        "document": "Tôi chưa đọc tệp của người dân. Bạn gõ câu hỏi, hoặc số văn bản cần tìm, tôi tìm giúp.",
        "sticker": "Dễ thương quá! Bạn muốn hỏi gì về văn bản, thủ tục của thành phố? Cứ gõ câu hỏi nhé.",
        "location": "Tôi chưa dùng được vị trí. Bạn gõ tên phường, xã cùng câu hỏi giúp.",
        "contact": "Tôi không cần danh bạ của bạn. Bạn gõ câu hỏi thành chữ giúp.",
        "other": "Tôi mới chỉ đọc được chữ. Bạn gõ câu hỏi thành một tin nhắn giúp.",
    },
    next_passage="Đoạn khác ▸",
    whole_article="Cả bài",
    earlier="◂ Trước",
    later="Sau ▸",
    right="👍 Đúng",
    wrong="👎 Sai",
    ask_office="🏛 Hỏi cơ quan",
    office="Bạn có thể hỏi: {contact}.",
    no_more_passages="Không còn đoạn nào khác gần với câu hỏi.",
    thanks_right="Cảm ơn bạn!",
    why_wrong=(
        "Cảm ơn bạn đã báo. Sai ở đâu? Chạm một nút, hoặc trả lời tin này bằng lời của bạn (đừng ghi thông tin cá "
        "nhân).\nBiên nhận: {receipt}"
    ),
    reasons={
        "off": "Không đúng câu hỏi",
        "old": "Đã cũ, hết hiệu lực",
        "part": "Còn thiếu",
        "fact": "Nội dung sai",
    },
    thanks_reason="Đã ghi lại. Cảm ơn bạn, người phụ trách sẽ xem.",
    article_sent="Toàn văn bài",
    share="Hỏi bot",
    ask_in_group="Gõ câu hỏi sau lệnh, ví dụ: /ask nghị định 30/2020 về việc gì",
    ref_usage="Gõ số văn bản sau lệnh, ví dụ: /ref 3482/QĐ-UBND ngày 27/12/2018, hoặc trích yếu.",
    check_usage="Dán dự thảo sau lệnh /check, trả lời tin có dự thảo bằng /check, hoặc gửi tệp docx, pdf, txt.",
    checked="Đã xem {count} dẫn chiếu: ✓ {good} khớp · ⚠ {look} cần xem lại · ✗ {bad} không có trong kho",
    check_file="Dự thảo, mỗi dẫn chiếu được đánh dấu",
    nothing_to_check="Không thấy dẫn chiếu văn bản nào.",
    watch_usage="Gõ số văn bản sau lệnh, ví dụ: /watch 30/2020/NĐ-CP. Bỏ theo dõi: /unwatch 30/2020/NĐ-CP.",
    watching="Đang theo dõi {reference}. Khi có bài mới nêu văn bản này, hoặc nó bị thay thế, sửa đổi, tôi sẽ báo.",
    watched="Văn bản này đã được theo dõi.",
    watch_list="Đang theo dõi:",
    watch_none="Chưa theo dõi văn bản nào.",
    watch_full="Đã theo dõi {most} văn bản; bỏ bớt bằng /unwatch rồi thêm.",
    unwatched="Đã thôi theo dõi {reference}.",
    not_watched="Văn bản này không được theo dõi.",
    watch_news="Có điều mới về {reference}:",
    watch_button="🔔 Theo dõi",
    file_too_big="Tệp lớn quá; Telegram cho bot tải tối đa 20 MB.",
    file_unreadable="Không đọc được tệp: {error}",
    preview="Xem trước, chưa thêm vào kho:",
    preview_line="{date} · {characters} ký tự · nêu: {references}",
    no_references="không văn bản nào",
    add="✅ Thêm",
    cancel="✖ Bỏ",
    cancelled="Đã bỏ, không đổi gì.",
    gone="Nút này đã dùng hoặc đã cũ.",
    added="Đã thêm:",
    reload_now="🔄 Nạp lại ngay",
    reloading="Đang nạp lại… {step}",
    reload_done="Nạp lại xong.",
    reload_failed="Không nạp lại được: {error}",
    reload_force="⚠ Vẫn dùng bản mới",
    reload_busy="Đang có một lần nạp khác.",
    rollback_sure="Quay lại bản nạp trước {generation}?",
    yes="Có",
    no="Không",
    remove_usage="Gõ mã bài sau lệnh, ví dụ: /remove 0123456789abcdef",
    remove_sure="Gỡ bài này (cùng các bản cũ) khỏi kho?",
    no_article="Không có bài mã {article}.",
    status=(
        "Bot chạy {uptime} · {questions} câu hỏi, {errors} lỗi\n"
        "p50 {p50:.0f} ms · p95 {p95:.0f} ms (từ lúc bắt đầu trả lời đến lúc gửi xong)\n"
        "Đang chờ: {waiting} · Người có dữ liệu: {people}"
    ),
    no_gaps="Chưa có câu hỏi nào không trả lời được.",
    feedback_none="Chưa có đánh giá nào.",
    feedback_file="Đánh giá của người dân",
    audit_none="Chưa có thao tác nào.",
    failed="Không làm được: {error}",
    short_description="Hỏi về văn bản, thủ tục của {city}; trả lời bằng câu trích nguyên văn kèm nguồn.",
    description=(
        "Hỏi về văn bản chỉ đạo, thủ tục của thành phố {city}, gõ có dấu hay không dấu đều được. "
        "Mỗi câu trả lời là câu trích nguyên văn từ bài đã đăng, kèm nguồn và ngày; không thấy thì bot nói không thấy."
    ),
    citizen_commands={
        "start": "Giới thiệu và câu hỏi mẫu",
        "help": "Cách dùng",
        "new": "Sang câu chuyện mới",
        "about": "Bot này của ai, lấy từ đâu",
        "privacy": "Những gì được giữ",
        "forget": "Xoá dữ liệu của tôi",
        "language": "Ngôn ngữ / Language",
    },
    staff_commands={
        "ref": "Tra một văn bản",
        "check": "Kiểm tra dẫn chiếu của dự thảo",
        "watch": "Theo dõi một văn bản",
        "unwatch": "Thôi theo dõi",
    },
    admin_commands={
        "reload": "Nạp lại kho",
        "rollback": "Quay lại bản nạp trước",
        "remove": "Gỡ một bài",
        "status": "Tình trạng",
        "gaps": "Câu hỏi chưa trả lời được",
        "feedback": "Tải đánh giá",
        "audit": "Nhật ký thao tác",
    },
)

ENGLISH = Texts(
    language="en",
    try_these="Tap one to try:",
    about=(
        "Questions and answers on the directives of the city of {city}.\n\n"
        "Sources: {articles} articles that the city has published, generation {generation} ({day}). Every answer is a "
        "quote from one of them, word for word, with its date and link; where there is none I say so.\n"
        "Answers are for information; the document itself counts.\n\n"
        "To ask a person: {contact}\nPrivacy: /privacy · Erase your data: /forget"
    ),
    privacy=(
        "What is kept when you ask:\n"
        "• Your last few questions, to understand the next one, encrypted, gone after 20 silent minutes or by /new.\n"
        "• A receipt of each answer: {receipts}, without who asked; telephone and identity numbers and e-mail "
        "addresses are taken out.\n"
        "• The language you choose and your right/wrong marks, for {days} days at most, under a code that does not "
        "lead back to you.\n"
        "• The server's log holds no question, no name and no user id.\n"
        "{model}"
        "Telegram keeps its own copy of the chat under its own rules.\n\n/forget erases whatever is kept of you."
    ),
    language_asked="Chọn ngôn ngữ / Choose a language:",
    language_chosen="I will use English from now on. The articles themselves are in Vietnamese.",
    forgot="Erased what was kept of you: {kept}.",
    forgot_nothing="Nothing is kept of you.",
    slow_down="That is faster than I can answer. Please wait a minute, then ask on.",
    busy="Very many people are asking just now. Please try again in a few minutes.",
    unheard="The connection failed just now. If you see no answer, please send your question again.",
    identity="Your user id: {user}\nThe id of this chat: {chat}",
    no_text={
        "voice": "I cannot listen to voice messages yet. Please type your question.",
        "photo": "I cannot read pictures yet. Please type your question, or the document's number, as 30/2020/NĐ-CP.",
        "video": "I cannot watch videos yet. Please type your question.",
        "document": "I do not read files that people send. Please type your question or a document's number.",
        "sticker": "How nice! What would you like to know about the city's directives? Just type it.",
        "location": "I cannot use places yet. Please type the ward's name with your question.",
        "contact": "I do not need contacts. Please type your question.",
        "other": "I can only read text so far. Please type your question as a message.",
    },
    next_passage="Next passage ▸",
    whole_article="Whole article",
    earlier="◂ Back",
    later="On ▸",
    right="👍 Right",
    wrong="👎 Wrong",
    ask_office="🏛 Ask office",
    office="You can ask: {contact}.",
    no_more_passages="There is no other passage near your question.",
    thanks_right="Thank you!",
    why_wrong=(
        "Thank you for telling. What is wrong? Tap a button, or reply to this message in your own words (nothing "
        "personal, please).\nReceipt: {receipt}"
    ),
    reasons={"off": "Not what I asked", "old": "Out of date", "part": "Incomplete", "fact": "Wrong fact"},
    thanks_reason="Noted. Thank you, somebody will look at it.",
    article_sent="The whole article",
    share="Ask the bot",
    ask_in_group="Type the question behind the command: /ask nghị định 30/2020 về việc gì",
    ref_usage="Type a number behind the command, such as /ref 3482/QĐ-UBND ngày 27/12/2018, or words of a subject.",
    check_usage="Paste a draft behind /check, reply /check to a message that holds one, or send a docx, pdf, txt file.",
    checked="{count} references: ✓ {good} fit · ⚠ {look} to look at · ✗ {bad} not found",
    check_file="The draft with each reference marked",
    nothing_to_check="No reference was found.",
    watch_usage="Type a number behind the command: /watch 30/2020/NĐ-CP. To end it: /unwatch 30/2020/NĐ-CP.",
    watching="Watching {reference}. I will tell you of new articles that name it, and when it is replaced or amended.",
    watched="This directive is watched already.",
    watch_list="Watched:",
    watch_none="Nothing is watched.",
    watch_full="{most} directives are watched; /unwatch one first.",
    unwatched="No longer watching {reference}.",
    not_watched="This directive is not watched.",
    watch_news="News of {reference}:",
    watch_button="🔔 Watch",
    file_too_big="The file is too big; Telegram lets bots fetch 20 MB at most.",
    file_unreadable="The file cannot be read: {error}",
    preview="A preview; nothing was added yet:",
    preview_line="{date} · {characters} characters · names: {references}",
    no_references="no directive",
    add="✅ Add",
    cancel="✖ Cancel",
    cancelled="Cancelled; nothing was changed.",
    gone="This button was used before, or is too old.",
    added="Added:",
    reload_now="🔄 Reload now",
    reloading="Reloading… {step}",
    reload_done="Reloaded.",
    reload_failed="Cannot reload: {error}",
    reload_force="⚠ Use it all the same",
    reload_busy="Another reload is under way.",
    rollback_sure="Go back to the generation before {generation}?",
    yes="Yes",
    no="No",
    remove_usage="Type an article's id behind the command: /remove 0123456789abcdef",
    remove_sure="Take this article (and its older versions) out of the store?",
    no_article="There is no article {article}.",
    status=(
        "Up {uptime} · {questions} questions, {errors} errors\n"
        "p50 {p50:.0f} ms · p95 {p95:.0f} ms (from being worked on to being sent)\n"
        "Waiting: {waiting} · People with data: {people}"
    ),
    no_gaps="No question is without an answer so far.",
    feedback_none="No opinions so far.",
    feedback_file="What people say of answers",
    audit_none="Nothing was done so far.",
    failed="This cannot be done: {error}",
    short_description="Questions on the directives of {city}, answered with quotes and their sources.",
    description=(
        "Ask about the directives and procedures of the city of {city}, in Vietnamese with or without marks. Every "
        "answer is a quote from a published article, word for word, with source and date; where there is none, "
        "the bot says so."
    ),
    citizen_commands={
        "start": "About, and examples",
        "help": "How to use it",
        "new": "Begin a new conversation",
        "about": "Whose bot this is, and its sources",
        "privacy": "What is kept",
        "forget": "Erase my data",
        "language": "Ngôn ngữ / Language",
    },
    staff_commands={
        "ref": "Look up a directive",
        "check": "Check a draft's references",
        "watch": "Watch a directive",
        "unwatch": "End a watch",
    },
    admin_commands={
        "reload": "Reload the articles",
        "rollback": "Back to the generation before",
        "remove": "Take an article out",
        "status": "State of the bot",
        "gaps": "Questions without an answer",
        "feedback": "Fetch opinions",
        "audit": "What admins did",
    },
)


def texts_in(language: str) -> Texts:
    """The texts in "en", else Vietnamese."""
    return ENGLISH if language == "en" else VIETNAMESE
